using PaxosWcf.ClientApp;
using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.Backups;

/// <summary>A file that is there only when it is whole.</summary>
[TestClass]
public sealed class WholeFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly string _path;

    public WholeFileTests() => _path = _directory.Below("file");

    public required TestContext TestContext { get; set; }

    public void Dispose() => _directory.Dispose();

    [TestMethod]
    public async Task Write_AnotherWritesTheSameFile_LeavesThatOneAlone()
    {
        await WholeFile.WriteAsync(_path, overwrite: false, async outer =>
        {
            await outer.WriteAsync("first"u8.ToArray(), TestContext.CancellationToken);
            await Assert.ThrowsExactlyAsync<UsageException>(() => WholeFile.WriteAsync(_path, overwrite: false, _ => Task.CompletedTask));
        });

        Assert.AreEqual("first", await File.ReadAllTextAsync(_path, TestContext.CancellationToken));
    }

    [TestMethod]
    public async Task Write_Done_ItsNameIsMadeDurable()
    {
        var flushed = new List<(string Directory, bool IsThere)>();

        await WholeFile.WriteAsync(_path, overwrite: false, _ => Task.CompletedTask, directory => flushed.Add((directory, File.Exists(_path))));

        Assert.AreSequenceEqual([(_directory.Path, true)], flushed);
    }

    [TestMethod]
    public async Task Write_NameCannotBeMadeDurable_IsSaid()
    {
        var refused = await Assert.ThrowsExactlyAsync<UsageException>(
            () => WholeFile.WriteAsync(_path, overwrite: false, _ => Task.CompletedTask, _ => throw new IOException("no")));

        Assert.Contains("would perhaps not outlive a crash", refused.Message);
    }

    [TestMethod]
    public async Task Write_Fails_LeavesNothing()
    {
        await Assert.ThrowsExactlyAsync<UsageException>(() => WholeFile.WriteAsync(_path, overwrite: false, _ => throw new IOException("no")));

        Assert.IsEmpty(Directory.EnumerateFileSystemEntries(_directory.Path));
    }
}
