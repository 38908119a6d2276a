using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PaxosWcf.Replication.Storage;

/// <summary>What the files of a store were when it was closed in order, written beside it and checked before the next
/// opening: a crash tears tails, and so a shortened file must be forgiven after one; after an orderly stop nothing is.</summary>
/// <remarks>It is removed before the store is opened. So it exists only while nobody has touched the store since, and a
/// crash at any moment leaves none, or a whole one that is true.</remarks>
internal static class StopRecord
{
    public const string FileName = "stopped";

    private const string NewFileName = "stopped.new";
    private const string Title = "PaxosWcf store stopped 1";

    /// <summary>Flushes the closed store's files and notes what they are.</summary>
    /// <exception cref="IOException">The disk does not take it; there is no record then, as after a crash.</exception>
    public static void Write(string directory, string store)
    {
        string[] files = FilesOf(store);
        Array.ForEach(files, DurableFile.Flush);
        string text = string.Join('\n', files.Select(LineOf).Prepend(Title)) + '\n';
        string fresh = Path.Combine(directory, NewFileName);
        DurableFile.Write(fresh, Encoding.UTF8.GetBytes(text + HashOf(Encoding.UTF8.GetBytes(text)) + '\n'));
        DurableFile.Rename(fresh, Path.Combine(directory, FileName));
    }

    /// <summary>Compares the store with the record, if there is one, and removes that.</summary>
    /// <exception cref="StoreFailedException">They differ; the message names the file. The record stays.</exception>
    public static void CheckAndRemove(string directory, string store)
    {
        string path = Path.Combine(directory, FileName);
        if (!File.Exists(path))
        {
            return;
        }

        Check(path, store);
        File.Delete(path);
        DurableFile.FlushDirectory(directory);
    }

    private static void Check(string path, string store)
    {
        string[] lines = File.ReadAllText(path).Split('\n');
        string text = string.Join('\n', lines[..Math.Max(0, lines.Length - 2)]) + '\n';
        if (lines.Length < 3 || lines[0] != Title || lines[^1].Length > 0 || lines[^2] != HashOf(Encoding.UTF8.GetBytes(text)))
        {
            throw new StoreFailedException(
                $"{path} is damaged: the store beside it cannot be compared with what it was at the last stop, and is not opened.");
        }

        foreach (string line in lines[1..^2])
        {
            string file = Path.Combine(store, line.Split(' ')[0]);
            if (!File.Exists(file) || LineOf(file) != line)
            {
                throw new StoreFailedException(
                    $"{file} is {(File.Exists(file) ? "not what it was" : "gone")} since the replica was stopped in order: "
                    + "the store is damaged and is not opened, for it may have forgotten promises.");
            }
        }
    }

    // The lock and RocksDB's own log texts say nothing about the data.
    private static string[] FilesOf(string store) =>
        [.. Directory.GetFiles(store).Where(file => Kind(file) is ".log" or ".sst" or ".blob" or "MANIFEST" or "CURRENT").Order(StringComparer.Ordinal)];

    private static string Kind(string file)
    {
        string name = Path.GetFileName(file);
        return Path.GetExtension(name) is { Length: > 0 } extension ? extension : name.Split('-')[0];
    }

    // RocksDB checks every block of a table and every value in a blob file when it is read, so of these the length is enough; they may be large.
    private static string LineOf(string file)
    {
        long length = new FileInfo(file).Length;
        string hash = Kind(file) is ".sst" or ".blob" ? "-" : HashOf(File.ReadAllBytes(file));
        return string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(file)} {length} {hash}");
    }

    private static string HashOf(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
