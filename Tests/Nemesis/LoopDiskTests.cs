using PaxosWcf.Nemesis;
using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.Nemesis;

/// <summary>A disk that is full has no room, not even where a file had been given some before.</summary>
[TestClass]
[DoNotParallelize]
[TestCategory("Cluster")]
public sealed class LoopDiskTests(TestContext test)
{
    [TestMethod]
    public async Task Fill_AfterFilesWereDrained_LeavesNothingToAppend()
    {
        using var directory = new TemporaryDirectory();
        await using LoopDisk disk = await TestDisk.MakeAsync(directory.Below("disk"));
        string file = Path.Combine(disk.Place, "log");
        await File.WriteAllBytesAsync(file, new byte[4096], test.CancellationToken);
        await Tool.RunAsync("fallocate", "--keep-size", "--length", "8M", file);
        disk.Fill();
        Append(file);

        disk.MakeRoom();
        disk.Drain();
        disk.Fill();

        Assert.ThrowsExactly<IOException>(() => Append(file));
        Assert.AreEqual(2 * 4096, new FileInfo(file).Length, "what was there is there");
    }

    private static void Append(string file)
    {
        using var stream = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        stream.Write(new byte[4096]);
    }
}
