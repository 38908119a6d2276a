using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Tests.Storage;

/// <summary>A disk that is full, or takes no writes, is not told as damage: whoever moves the directory away for that gives up what it holds.</summary>
[TestClass]
public sealed class DiskTroubleTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Data => _directory.Below("disk", "data");

    public void Dispose() => _directory.Dispose();

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public async Task Open_OnAFullDisk_SaysSo_AndOpensOnceThereIsRoom()
    {
        await using var disk = await MemoryDisk.MakeAsync(_directory.Below("disk"));
        Make();
        disk.Fill();

        var (said, isOfTheDisk) = Refusal();

        Assert.Contains("its disk has no room left; nothing is damaged: make room and start again", said);
        Assert.IsTrue(isOfTheDisk);
        disk.MakeRoom();
        AssertHolds();
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public async Task Open_OnADiskThatTakesNoWrites_SaysSo_AndOpensOnceItDoes()
    {
        await using var disk = await MemoryDisk.MakeAsync(_directory.Below("disk"));
        Make();
        await disk.TakeNoWritesAsync();

        var (said, isOfTheDisk) = Refusal();

        Assert.Contains("its file system takes no writes; that is no damage of the store", said);
        Assert.IsTrue(isOfTheDisk);
        await disk.TakeWritesAsync();
        AssertHolds();
    }

    /// <summary>The store alone: its directory may lie on a disk where the rest could still be opened.</summary>
    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public async Task OpenStore_OnAFullDisk_NamesNoFileAsDamaged()
    {
        await using var disk = await MemoryDisk.MakeAsync(_directory.Below("disk"));
        string store = _directory.Below("disk", "store");
        RocksDbStore.Open(store, create: true).Dispose();
        disk.Fill();

        var refused = Assert.ThrowsExactly<StoreFailedException>(() => RocksDbStore.Open(store, create: false));

        Assert.StartsWith($"The store in {store} could not be opened: its disk has no room left; nothing is damaged: make room and start again (IO error: No space left on device", refused.Message);
        Assert.IsTrue(refused.IsOfTheDisk);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public async Task Write_OnAFullDisk_SaysThatNothingIsDamaged()
    {
        await using var disk = await MemoryDisk.MakeAsync(_directory.Below("disk"));
        using var store = RocksDbStore.Open(_directory.Below("disk", "store"), create: true);
        disk.Fill();
        var random = new Random(1);
        byte[] value = new byte[1 << 20];
        random.NextBytes(value);
        var writes = new WriteSet();
        writes.Put(StoreFamily.Keys, [1], value);

        // The log may have been given room already.
        var failed = Assert.ThrowsExactly<StoreFailedException>(() =>
        {
            for (int i = 0; i < 64; i++)
            {
                store.Write(writes, durable: true);
            }
        });
        var later = Assert.ThrowsExactly<StoreFailedException>(store.ThrowIfFailed);

        Assert.Contains("(its disk has no room left; nothing is damaged: make room and start again)", failed.Message);
        Assert.IsTrue(failed.IsOfTheDisk);
        Assert.IsTrue(later.IsOfTheDisk);
    }

    [TestMethod]
    [DataRow("IO error: No space left on device: While appending to file: /d/000012.log: No space left on device", "no room", true)]
    [DataRow("There is not enough space on the disk. : 'D:\\d\\owner'", "no room", true)]
    [DataRow("IO error: While fsync: /d/000012.log: Disk quota exceeded", "the quota", true)]
    [DataRow("IO error: While open a file for random read: /d/000013.sst: Too many open files", "may open no more files", true)]
    [DataRow("IO error: While open a file for appending: /d/MANIFEST-000004: Read-only file system", "takes no writes", true)]
    [DataRow("IO error: While pread offset 0 len 4096: /d/000013.sst: Input/output error", "does not read or write", true)]
    [DataRow("IO error: While opening a file for sequentially reading: /d/CURRENT: Permission denied", "this user may not", false)]
    [DataRow("Access to the path '/d/lock' is denied.", "this user may not", false)]
    public void Trouble_IsToldByWhatTheSystemSays(string says, string sentence, bool isOfTheDisk)
    {
        var trouble = DiskTrouble.Of(new IOException(says));

        Assert.IsNotNull(trouble);
        Assert.Contains(sentence, trouble.Sentence);
        Assert.AreEqual(isOfTheDisk, trouble.IsOfTheDisk);
    }

    [TestMethod]
    [DataRow("Corruption: checksum mismatch")]
    [DataRow("IO error: No such file or directory: While opening a file for sequentially reading: /d/CURRENT: No such file or directory")]
    [DataRow("Invalid argument: /d does not exist (create_if_missing is false)")]
    [DataRow("IO error: While lock file: /d/LOCK: Resource temporarily unavailable")]
    public void Damage_IsNotTakenForTroubleOfTheDisk(string says) => Assert.IsNull(DiskTrouble.Of(new IOException(says)));

    private void Make()
    {
        using var made = ReplicaDirectory.Open(Data, "paxoswcf", 1, bootstrap: true);
        var writes = new WriteSet();
        writes.Put(StoreFamily.Keys, [1], [2]);
        made.Store.Write(writes, durable: true);
    }

    private (string Said, bool IsOfTheDisk) Refusal()
    {
        try
        {
            ReplicaDirectory.Open(Data, "paxoswcf", 1, bootstrap: false).Dispose();
        }
        catch (StoreFailedException refused)
        {
            return (refused.Message, refused.IsOfTheDisk);
        }
        catch (DataDirectoryException refused)
        {
            return (refused.Message, refused.IsOfTheDisk);
        }

        throw new AssertFailedException("it was opened");
    }

    private void AssertHolds()
    {
        using var again = ReplicaDirectory.Open(Data, "paxoswcf", 1, bootstrap: false);
        Assert.AreSequenceEqual(new byte[] { 2 }, again.Store.Find(StoreFamily.Keys, [1])!);
    }
}
