namespace PaxosWcf.Tests.Storage;

/// <summary>What a disk, or a person, may do to a file.</summary>
internal static class FileDamage
{
    /// <summary>Copies a directory, open files too; locks stay behind, as they do when a process dies.</summary>
    public static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string directory in Directory.GetDirectories(from))
        {
            Copy(directory, Path.Combine(to, Path.GetFileName(directory)));
        }

        foreach (string file in Directory.GetFiles(from).Where(f => !Path.GetFileName(f).Equals("lock", StringComparison.OrdinalIgnoreCase)))
        {
            using FileStream source = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using FileStream target = File.Create(Path.Combine(to, Path.GetFileName(file)));
            source.CopyTo(target);
        }
    }

    /// <summary>Does damage somewhere in a file that is not empty; says what, for a failure's message.</summary>
    public static string Do(string file, string damage, Random random)
    {
        byte[] bytes = File.ReadAllBytes(file);

        // Half of the damage goes to the end, where logs are weakest.
        int at = random.Next(2) == 0 ? random.Next(bytes.Length) : bytes.Length - 1 - random.Next(Math.Min(bytes.Length, 1000));
        switch (damage)
        {
            case "flip":
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case "zero":
                bytes.AsSpan(at, Math.Min(64, bytes.Length - at)).Clear();
                break;
            default:
                bytes = bytes[..at];
                break;
        }

        File.WriteAllBytes(file, bytes);
        return $"{damage} at {at} of {Path.GetFileName(file)}";
    }
}
