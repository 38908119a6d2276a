using PaxosWcf.Nemesis;
using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.Nemesis;

/// <summary>The copy of a directory that the nemesis puts in the place of a replica's data.</summary>
[TestClass]
[DoNotParallelize]
public sealed class DiskImageTests(TestContext test)
{
    private const int Files = 20;

    /// <summary>What is lost with the power must be the store's loss, not that of whoever copied its files.</summary>
    [TestMethod]
    [TestCategory("Cluster")]
    public async Task Copy_PowerCutRightAfterIt_IsAllThere()
    {
        using var directory = new TemporaryDirectory();
        var image = directory.Below("image");
        Directory.CreateDirectory(Path.Combine(image, "store", "below"));
        for (var file = 0; file < Files; file++)
        {
            await File.WriteAllTextAsync(NameOf(image, file), $"{file}", test.CancellationToken);
        }

        await using LoopDisk disk = await TestDisk.MakeAsync(directory.Below("disk"));
        var copy = Path.Combine(disk.Place, "data");
        DiskImage.Copy(image, copy);
        disk.CutPower();
        await disk.RepowerAsync();

        for (var file = 0; file < Files; file++)
        {
            Assert.AreEqual($"{file}", await File.ReadAllTextAsync(NameOf(copy, file), test.CancellationToken));
        }
    }

    [TestMethod]
    public void Copy_OfWhatIsThereAlready_TakesItsPlace()
    {
        using var directory = new TemporaryDirectory();
        var (image, copy) = (directory.Below("image"), directory.Below("copy"));
        Directory.CreateDirectory(image);
        Directory.CreateDirectory(copy);
        File.WriteAllText(Path.Combine(image, "new"), "1");
        File.WriteAllText(Path.Combine(copy, "old"), "2");

        DiskImage.Copy(image, copy);

        Assert.AreSequenceEqual([Path.Combine(copy, "new")], Directory.GetFileSystemEntries(copy));
    }

    private static string NameOf(string root, int file) => Path.Combine(root, "store", file % 2 == 0 ? "" : "below", $"{file}");
}
