using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Tests.Storage;

[TestClass]
public sealed class DurableFileTests
{
    /// <summary>The reason for the class: .NET returns normally from a flush whose fsync failed.</summary>
    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void Flush_FsyncFails_Throws()
    {
        IOException failure = Assert.ThrowsExactly<IOException>(() => DurableFile.FlushDirectory("/proc"));
        Assert.Contains("fsync of /proc failed", failure.Message);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void FlushDirectory_Missing_Throws()
    {
        using var directory = new TemporaryDirectory();
        IOException failure = Assert.ThrowsExactly<IOException>(() => DurableFile.FlushDirectory(directory.Below("gone")));
        Assert.Contains("open of", failure.Message);
    }

    [TestMethod]
    public void WriteThenRename_ReplacesTheOldFile()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllText(directory.Below("file"), "old and longer");
        DurableFile.Write(directory.Below("file.new"), "new"u8.ToArray());
        DurableFile.Rename(directory.Below("file.new"), directory.Below("file"));
        Assert.AreEqual("new", File.ReadAllText(directory.Below("file")));
        Assert.HasCount(1, Directory.GetFiles(directory.Path));
    }
}
