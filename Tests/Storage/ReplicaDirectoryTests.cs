using System.Security.Cryptography;
using PaxosWcf.Consensus;
using PaxosWcf.Replication;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Tests.Storage;

[TestClass]
public sealed class ReplicaDirectoryTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Data => _directory.Below("data", "3");

    public void Dispose() => _directory.Dispose();

    [TestMethod]
    public void Open_AfterBootstrap_IsTheSameIncarnationWithItsRecords()
    {
        DirectoryIdentity first;
        using (ReplicaDirectory opened = Bootstrap())
        {
            first = opened.Identity;
            Assert.AreEqual(("paxoswcf", 3), (first.Cluster, first.ReplicaId));
            opened.Store.Put(StoreFamily.Meta, "promise", "7.2");
        }

        using ReplicaDirectory again = Open();
        Assert.AreEqual(first, again.Identity);
        Assert.AreEqual("7.2", again.Store.Text("promise", StoreFamily.Meta));
    }

    [TestMethod]
    public void Bootstrap_TwoDirectories_AreTwoIncarnations()
    {
        using ReplicaDirectory one = Bootstrap();
        using var other = ReplicaDirectory.Open(_directory.Below("other"), "paxoswcf", 3, bootstrap: true);
        Assert.AreNotEqual(one.Identity.Incarnation, other.Identity.Incarnation);
    }

    [TestMethod]
    public void Dispose_Twice_LetsGoOfTheDirectory()
    {
        ReplicaDirectory opened = Bootstrap();
        opened.Dispose();
        opened.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => opened.Store.Text("a"));
        Open().Dispose();
    }

    [TestMethod]
    public void Open_Missing_IsAnotherLifeAndStaysIt()
    {
        Incarnation life;
        using (var opened = Open())
        {
            life = LifeOf(opened);
            Assert.AreNotEqual(Incarnation.First, life);
            Assert.StartsWith(life.ToString(), opened.Identity.Incarnation.ToString("N"));
        }

        using var again = Open();
        Assert.AreEqual(life, LifeOf(again));
    }

    [TestMethod]
    public void Open_Emptied_IsAnotherLifeThanBefore()
    {
        using (var bootstrapped = Bootstrap())
        {
            Assert.AreEqual(Incarnation.First, LifeOf(bootstrapped));
        }

        Directory.Delete(Data, recursive: true);
        Directory.CreateDirectory(Data);
        using var emptied = Open();
        Assert.AreNotEqual(Incarnation.First, LifeOf(emptied));
    }

    [TestMethod]
    public void Bootstrap_OfAReplica_IsRefused()
    {
        Bootstrap().Dispose();
        AssertRefused(() => Bootstrap(), Data, "holds a replica already", "without --bootstrap", "If the cluster is new");
    }

    [TestMethod]
    [DataRow("paxoswcf", 4, DisplayName = "another replica's")]
    [DataRow("payroll", 3, DisplayName = "another cluster's")]
    public void Open_DirectoryOfAnother_IsAnotherLifeBesideItAndTouchesNothing(string cluster, int replica)
    {
        DirectoryIdentity owner;
        using (ReplicaDirectory opened = Bootstrap())
        {
            owner = opened.Identity;
            opened.Store.Put(StoreFamily.Meta, "promise", "7.2");
        }

        Dictionary<string, string> before = Files();
        Incarnation life;
        using (var guest = ReplicaDirectory.Open(Data, cluster, replica, bootstrap: false))
        {
            Assert.AreEqual(owner, guest.Host);
            Assert.AreEqual((cluster, replica), (guest.Identity.Cluster, guest.Identity.ReplicaId));
            Assert.AreEqual(Path.Combine(Data, $"guest-{cluster}-{replica}"), guest.Path);
            Assert.AreNotEqual(Incarnation.First, life = LifeOf(guest));
            guest.Store.Put(StoreFamily.Meta, "promise", "9.4");
            AssertRefused(() => Open(), Data, "in use by this process");
            AssertRefused(() => ReplicaDirectory.Open(guest.Path, cluster, replica, bootstrap: false), guest.Path, "in use by this process");
        }

        Dictionary<string, string> after = Files();
        Assert.AreSequenceEqual(
            before.OrderBy(file => file.Key), after.Where(file => !file.Key.StartsWith("guest-", StringComparison.Ordinal)).OrderBy(file => file.Key));
        using (var again = ReplicaDirectory.Open(Data, cluster, replica, bootstrap: false))
        {
            Assert.AreEqual(life, LifeOf(again));
            Assert.AreEqual("9.4", again.Store.Text("promise", StoreFamily.Meta));
        }

        using ReplicaDirectory back = Open();
        Assert.AreEqual(owner, back.Identity);
        Assert.IsNull(back.Host);
        Assert.AreEqual("7.2", back.Store.Text("promise", StoreFamily.Meta));
    }

    [TestMethod]
    public void BytesOnDisk_OfOneWithAGuest_AreItsOwn()
    {
        Bootstrap().Dispose();
        using (var guest = ReplicaDirectory.Open(Data, "payroll", 3, bootstrap: false))
        {
            guest.Store.Put(StoreFamily.Keys, "k", new string('x', 1 << 20));
        }

        using ReplicaDirectory owner = Open();
        Assert.IsLessThan(1 << 20, owner.BytesOnDisk);
    }

    /// <summary>A first member's disk counts without ever having been named: only what was empty may become one.</summary>
    [TestMethod]
    public void Bootstrap_DirectoryOfAnother_IsRefused()
    {
        Bootstrap().Dispose();
        AssertRefused(
            () => ReplicaDirectory.Open(Data, "payroll", 3, bootstrap: true), Data, "holds a replica already", "without --bootstrap");
        Assert.IsEmpty(Directory.GetDirectories(Data, "guest-*"));
    }

    /// <summary>A guest's directory that was copied from elsewhere is not taken for one's own.</summary>
    [TestMethod]
    public void Open_GuestDirectoryOfAThird_IsRefused()
    {
        Bootstrap().Dispose();
        ReplicaDirectory.Open(Data, "paxoswcf", 4, bootstrap: false).Dispose();
        Directory.Move(Path.Combine(Data, "guest-paxoswcf-4"), Path.Combine(Data, "guest-paxoswcf-5"));
        AssertRefused(
            () => ReplicaDirectory.Open(Data, "paxoswcf", 5, bootstrap: false), "belongs to replica 4", "this is replica 5");
    }

    [TestMethod]
    public void Open_LaterFormat_IsRefused()
    {
        Bootstrap().Dispose();
        string identity = Path.Combine(Data, "identity");
        File.WriteAllText(identity, File.ReadAllText(identity).Replace("format 1", "format 9", StringComparison.Ordinal));
        AssertRefused(() => Open(), Data, "format version 9", "only version 1");
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("something else")]
    [DataRow("paxoswcf data directory, format 1\ncluster paxoswcf\nreplica 4\n")]
    public void Open_DamagedIdentity_IsRefusedNamingTheFile(string text)
    {
        Bootstrap().Dispose();
        File.WriteAllText(Path.Combine(Data, "identity"), text);
        AssertRefused(() => Open(), Data, Path.Combine(Data, "identity"));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Open_ForeignFiles_IsRefusedAndTouchesNothing(bool bootstrap)
    {
        Directory.CreateDirectory(Data);
        File.WriteAllText(Path.Combine(Data, "thesis.txt"), "years of work");
        AssertRefused(
            () => ReplicaDirectory.Open(Data, "paxoswcf", 3, bootstrap), Data, "holds files but no identity", "left untouched");
        Assert.HasCount(1, Directory.GetFileSystemEntries(Data));
    }

    [TestMethod]
    public void Bootstrap_IdentityRemovedFromAReplica_IsRefused()
    {
        Bootstrap().Dispose();
        File.Delete(Path.Combine(Data, "identity"));
        AssertRefused(() => Bootstrap(), Data, "no identity");
    }

    [TestMethod]
    public void Open_StoreGone_IsRefusedAndNotMadeAnew()
    {
        Bootstrap().Dispose();
        Directory.Delete(Path.Combine(Data, "store"), recursive: true);
        AssertRefused(() => Open(), Data, "its store", "is missing");
        Assert.IsFalse(Directory.Exists(Path.Combine(Data, "store")));
    }

    [TestMethod]
    public void Open_StoreEmptied_IsRefused()
    {
        Bootstrap().Dispose();
        File.Delete(Path.Combine(Data, "store", "CURRENT"));
        Assert.ThrowsExactly<StoreFailedException>(() => Open());
    }

    [TestMethod]
    public void Open_AFile_IsRefused()
    {
        string file = _directory.Below("file");
        File.WriteAllText(file, "");
        AssertRefused(() => ReplicaDirectory.Open(file, "paxoswcf", 3, bootstrap: true), file, "is a file");
        AssertRefused(
            () => ReplicaDirectory.Open(Path.Combine(file, "below"), "paxoswcf", 3, bootstrap: true), file, "cannot be created");
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void Open_WhereNobodyMayWrite_IsRefused()
    {
        // /proc refuses even an administrator.
        AssertRefused(
            () => ReplicaDirectory.Open("/proc/paxoswcf", "paxoswcf", 3, bootstrap: true), "/proc/paxoswcf", "cannot be created");
    }

    /// <summary>Every state that a crash can leave behind a bootstrap: completed with --bootstrap, another life without.</summary>
    [TestMethod]
    [DataRow("lock")]
    [DataRow("lock", "owner", "identity.new")]
    [DataRow("identity.new", "store/")]
    [DataRow("identity.new", "store/", "store/CURRENT", "store/000004.log")]
    public void Bootstrap_Interrupted_IsCompletedByTheNextAndOnlyByThat(params string[] left)
    {
        foreach (string name in left)
        {
            string path = Path.Combine(Data, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (!name.EndsWith('/'))
            {
                File.WriteAllText(path, "");
            }
        }

        using (var bootstrapped = Bootstrap())
        {
            Assert.AreEqual(Incarnation.First, LifeOf(bootstrapped));
        }

        Open().Dispose();
    }

    [TestMethod]
    public void Bootstrap_InterruptedAndThenForgotten_IsAnotherLife()
    {
        Directory.CreateDirectory(Path.Combine(Data, "store"));
        File.WriteAllText(Path.Combine(Data, "identity.new"), "");
        using var opened = Open();
        Assert.AreNotEqual(Incarnation.First, LifeOf(opened));
    }

    [TestMethod]
    public void Open_InUseByThisProcess_IsRefused()
    {
        using ReplicaDirectory held = Bootstrap();
        AssertRefused(() => Open(), Data, "in use by this process", "--data");
    }

    [TestMethod]
    [TestCategory("Cluster")]
    public void Open_InUseByAnotherProcess_IsRefusedUntilThatIsKilled()
    {
        using var holder = StoreWriterProcess.Start("bootstrap", Data);
        Assert.AreEqual("open", holder.ReadLine());
        AssertRefused(() => Open(), Data, $"in use by process {holder.Id} ");
        AssertRefused(() => Bootstrap(), Data, $"in use by process {holder.Id} ");

        holder.Kill();
        Open().Dispose();
    }

    // The lock and who has it are of whoever has the directory open.
    private Dictionary<string, string> Files() => Directory.EnumerateFiles(Data, "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Data, file))
        .Where(file => file is not ("lock" or "owner"))
        .ToDictionary(file => file, file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path.Combine(Data, file)))));

    private static Incarnation LifeOf(ReplicaDirectory directory) => new ReplicaLog(directory.Store).Recover(Slot.None).Incarnation;

    private ReplicaDirectory Open() => ReplicaDirectory.Open(Data, "paxoswcf", 3, bootstrap: false);

    private ReplicaDirectory Bootstrap() => ReplicaDirectory.Open(Data, "paxoswcf", 3, bootstrap: true);

    private static void AssertRefused(Func<ReplicaDirectory> open, params string[] words)
    {
        DataDirectoryException refusal = Assert.ThrowsExactly<DataDirectoryException>(() => open().Dispose());
        foreach (string word in words)
        {
            Assert.Contains(word, refusal.Message);
        }
    }
}
