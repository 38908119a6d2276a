using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Nemesis;

/// <summary>Copies of a directory, as an operator keeps them of a machine.</summary>
internal static class DiskImage
{
    /// <summary>Makes one directory what another one is. All of it is on disk when this returns: a power cut that came later would else
    /// take from the copy what no replica has ever lost, and accuse the store of it.</summary>
    public static void Copy(string from, string to)
    {
        if (Directory.Exists(to))
        {
            Directory.Delete(to, recursive: true);
        }

        DurableFile.CreateDirectory(to);
        foreach (string file in Directory.EnumerateFiles(from))
        {
            string copy = Path.Combine(to, Path.GetFileName(file));
            File.Copy(file, copy);
            DurableFile.Flush(copy);
        }

        DurableFile.FlushDirectory(to);
        foreach (string below in Directory.EnumerateDirectories(from))
        {
            Copy(below, Path.Combine(to, Path.GetFileName(below)));
        }
    }
}
