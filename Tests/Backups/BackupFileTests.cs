using PaxosWcf.ClientApp;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Backups;

/// <summary>The backup file: what goes in comes out, and anything else is refused.</summary>
[TestClass]
public sealed class BackupFileTests
{
    private static readonly BackupHeader Header = new("fruit", 12, 40, 3, DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_123));

    private static readonly BackupEntry[] Entries =
    [
        new() { Key = "apple", Value = "red"u8.ToArray(), CreateRevision = 1, ModificationRevision = 12, Version = 3 },
        new() { Key = "empty", Value = [], CreateRevision = 2, ModificationRevision = 2, Version = 1 },
        new() { Key = "ключ", Value = [0, 255, 128], CreateRevision = 7, ModificationRevision = 8, Version = 2 },
    ];

    [TestMethod]
    public void Backup_WrittenAndRead_IsTheSame()
    {
        using var reader = new BackupFileReader(new MemoryStream(Write()));

        Assert.AreEqual(Header, reader.Header);
        Assert.AreSequenceEqual(Entries.Select(Text), reader.Blocks().SelectMany(block => block).Select(Text));
    }

    /// <summary>The file that version 1 wrote is read for ever.</summary>
    [TestMethod]
    public void Backup_OfVersion1_IsRead()
    {
        var golden = Convert.FromHexString(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Formats", "golden", "backup-1.hex")).ReplaceLineEndings(""));

        using var reader = new BackupFileReader(new MemoryStream(golden));

        Assert.AreEqual(Header, reader.Header);
        Assert.AreSequenceEqual(Entries.Select(Text), reader.Blocks().SelectMany(block => block).Select(Text));
        Assert.AreSequenceEqual(golden, Write(), "and what is written is of that format: " + Convert.ToHexStringLower(Write()));
    }

    [TestMethod]
    public void Backup_AnyByteChanged_IsRefused()
    {
        var whole = Write();
        for (var at = 0; at < whole.Length; at++)
        {
            var damaged = (byte[])whole.Clone();
            damaged[at] ^= 0x40;
            Assert.ThrowsExactly<BackupFormatException>(() => ReadAll(damaged), $"byte {at}");
        }
    }

    [TestMethod]
    public void Backup_CutAnywhereOrLengthened_IsRefused()
    {
        var whole = Write();
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.ThrowsExactly<BackupFormatException>(() => ReadAll(whole[..length]), $"cut to {length}");
        }

        Assert.ThrowsExactly<BackupFormatException>(() => ReadAll([.. whole, 0]));
    }

    [TestMethod]
    public void Backup_OfALaterFormat_SaysSo()
    {
        var later = Write();
        later[16] = 2;

        Assert.Contains("version 2", Assert.ThrowsExactly<BackupFormatException>(() => ReadAll(later)).Message);
    }

    [TestMethod]
    public void Backup_LacksAKeyThatItsHeaderCounts_IsRefused() =>
        Assert.Contains("not complete", Assert.ThrowsExactly<BackupFormatException>(() => ReadAll(Write(Entries[..2]))).Message);

    [TestMethod]
    public void Backup_KeysOutOfOrder_IsRefused() =>
        Assert.ThrowsExactly<BackupFormatException>(() => ReadAll(Write([Entries[1], Entries[0], Entries[2]])));

    [TestMethod]
    public void Export_WrittenAndRead_HasKeysAndValues()
    {
        var puts = Entries.Select((entry, i) => ExportFile.Read(i + 1, ExportFile.Line(entry)).Put!);

        Assert.AreSequenceEqual(Entries.Select(entry => entry.Key), puts.Select(put => put.Key));
        Assert.AreSequenceEqual(
            Entries.Select(entry => Convert.ToHexString(entry.Value)), puts.Select(put => Convert.ToHexString(put.Value!)));
        Assert.AreEqual(new ExportLine(null, Header.Keys), ExportFile.Read(1, ExportFile.Line(Header)));
    }

    [TestMethod]
    [DataRow("", DisplayName = "nothing")]
    [DataRow("[1]", DisplayName = "no object")]
    [DataRow("{\"value\":\"v\"}", DisplayName = "no key")]
    [DataRow("{\"key\":\"\",\"value\":\"v\"}", DisplayName = "an empty key")]
    [DataRow("{\"key\":\"k\"}", DisplayName = "no value")]
    [DataRow("{\"key\":\"k\",\"value\":\"v\",\"base64\":\"dg==\"}", DisplayName = "two values")]
    [DataRow("{\"key\":\"k\",\"base64\":\"%\"}", DisplayName = "no base64")]
    [DataRow("{\"key\":1,\"value\":\"v\"}", DisplayName = "a key that is no text")]
    [DataRow("{\"format\":\"paxoswcf-export/2\"}", DisplayName = "another format")]
    [DataRow("{\"format\":\"paxoswcf-export/1\",\"keys\":\"three\"}", DisplayName = "a count that is no number")]
    [DataRow("{\"key\":\"a\",\"key\":\"b\",\"value\":\"v\"}", DisplayName = "two keys")]
    [DataRow("{\"key\":\"\\ud800\",\"value\":\"v\"}", DisplayName = "half a character in a key")]
    [DataRow("{\"key\":\"k\",\"value\":\"\\ud800\"}", DisplayName = "half a character in a value")]
    public void Export_WrongLine_IsNamed(string line) =>
        Assert.Contains("Line 5 ", Assert.ThrowsExactly<BackupFormatException>(() => ExportFile.Read(5, line)).Message);

    [TestMethod]
    public void Header_NameOfTheCluster_IsShownAndNotObeyed() =>
        Assert.StartsWith("3 keys of cluster fruit\\u001b[2J at", (Header with { Cluster = "fruit\u001b[2J" }).Sentence);

    private static string Text(BackupEntry entry) =>
        $"{entry.Key} {Convert.ToHexString(entry.Value)} {entry.CreateRevision} {entry.ModificationRevision} {entry.Version}";

    private static byte[] Write(BackupEntry[]? entries = null)
    {
        using var stream = new MemoryStream();
        using var writer = new BackupFileWriter(stream, Header);
        foreach (var block in (entries ?? Entries).Chunk(2))
        {
            writer.Add(block);
        }

        writer.Complete();
        return stream.ToArray();
    }

    private static void ReadAll(byte[] file)
    {
        using var reader = new BackupFileReader(new MemoryStream(file));
        foreach (var block in reader.Blocks())
        {
            Assert.IsNotEmpty(block);
        }
    }
}
