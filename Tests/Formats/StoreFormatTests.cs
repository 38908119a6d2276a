using PaxosWcf.Consensus;
using PaxosWcf.Replication;
using PaxosWcf.Replication.Changes;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;
using PaxosWcf.Tests.Replication;

namespace PaxosWcf.Tests.Formats;

/// <summary>The records of a replica's store.</summary>
[TestClass]
public sealed class StoreFormatTests
{
    private const string Golden = "store.txt";
    private const string GoldenOfOldSessions = "store-sessions-1.txt";
    private const string GoldenOfBoots = "store-boot.txt";
    private const int PutsInSession = 70;

    // Which records there are may grow with the program; those that there were stay as they are, or have a new layout.
    [TestMethod]
    public void Records_AreWrittenAsEver()
    {
        MemoryStore store = Written();
        string[] names = [.. GoldenFile.Read(Golden).Keys];
        IReadOnlyDictionary<string, string> newer = GoldenFile.Read(GoldenOfBoots);
        Assert.IsGreaterThan(PutsInSession, names.Length);
        foreach (string name in names)
        {
            (StoreFamily family, byte[] key) = PlaceOf(name);
            GoldenFile.AssertHas(
                newer.ContainsKey(name) ? GoldenOfBoots : Golden, name, store.Find(family, key) is { } record ? Convert.ToHexStringLower(record) : "nothing");
        }
    }

    /// <summary>Commands are named after the start: none may be counted twice.</summary>
    [TestMethod]
    [DataRow(Golden, 2L)]
    [DataRow(GoldenOfOldSessions, 4L)]
    [DataRow(GoldenOfBoots, 2L)]
    public void Start_AfterThoseOfAnEarlierBuild_IsTheNext(string golden, long next)
    {
        MemoryStore store = Filled(golden);
        Assert.AreEqual(next, new ReplicaLog(store).Recover(Slot.None).Boot);
        Assert.AreEqual(next + 1, new ReplicaLog(store).Recover(Slot.None).Boot);
    }

    [TestMethod]
    [DataRow("02000000000000000001")]
    [DataRow("0100")]
    public void Start_RecordOfALaterBuild_IsRefused(string record)
    {
        var store = new MemoryStore();
        var writes = new WriteSet();
        writes.Put(StoreFamily.Meta, "boot"u8.ToArray(), Convert.FromHexString(record));
        store.Write(writes, durable: true);
        var broken = Assert.ThrowsExactly<InvariantException>(() => new ReplicaLog(store).Recover(Slot.None));
        Assert.Contains("how often the replica was started", broken.Message);
    }

    [TestMethod]
    public void Store_OfAnEarlierBuild_IsServed()
    {
        MemoryStore store = Filled(Golden);
        var bench = new Bench(store);
        KeyValueStateMachine state = bench.Driver.Machine;

        Assert.AreEqual(PutsInSession + 3, state.Numbers.Revision);
        Assert.AreEqual(3, state.Numbers.Keys);
        Assert.AreEqual("1", Text(state.Find("anonymous")));
        Assert.AreEqual($"{PutsInSession}", Text(state.Find("färben")));
        Assert.AreEqual(PutsInSession, state.Find("färben")!.Version);
        Assert.IsNull(state.Find("gone"));
        Assert.AreEqual(state.Numbers.AppliedThrough, bench.Driver.Replica.LearnedThrough);
        Assert.IsGreaterThan(Ballot.None, bench.Driver.Replica.Promised!.Value);
    }

    [TestMethod]
    public void HistoryOfChanges_OfAnEarlierBuild_IsRead()
    {
        var bench = new Bench(Filled(Golden));

        var found = (ChangesFound)bench.Driver.Machine.ReadChanges(1, new ChangeFilter("", IsPrefix: true), 1000, 1 << 20);

        Assert.HasCount(PutsInSession + 3, found.Changes);
        Assert.AreEqual((1L, "anonymous"), (found.Changes[0].Revision, found.Changes[0].Key));
        Assert.AreEqual((PutsInSession + 3L, "new"), (found.Changes[^1].Revision, found.Changes[^1].Key));
        Assert.IsNotNull(GoldenFile.Read(Golden).Keys.FirstOrDefault(name => name.StartsWith("Changes/63", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Session_OfAnEarlierBuild_StillAnswersItsRepeats()
    {
        var bench = new Bench(Filled(Golden));
        bench.UntilItLeads();
        long revision = bench.Driver.Machine.Numbers.Revision;

        CommandAnswer? first = bench.Submit(PutOf(Session(bench), 1)).Answer;
        CommandAnswer? last = bench.Submit(PutOf(Session(bench), PutsInSession)).Answer;

        Assert.IsFalse(((PutDone)first!).Replaced);
        Assert.IsTrue(((PutDone)last!).Replaced);
        Assert.AreEqual(PutsInSession - 1, ((PutDone)last).Revision - ((PutDone)first).Revision);
        Assert.AreEqual(revision, bench.Driver.Machine.Numbers.Revision);
    }

    [TestMethod]
    public void SessionsAndOrigins_OfVersion1_AreRead()
    {
        MemoryStore store = Filled(GoldenOfOldSessions);
        var bench = new Bench(store);
        bench.UntilItLeads();

        var kept = (PutDone)bench.Submit(new Put(new ClientIdentity("old", 4, 2), "k", ReadOnlyMemory<byte>.Empty)).Answer!;

        Assert.AreEqual(new PutDone(new Slot(9), 12, Replaced: true), kept);
        Assert.AreEqual(40, bench.Driver.Machine.Numbers.Revision);
    }

    private static MemoryStore Written()
    {
        var bench = new Bench(new MemoryStore());
        bench.UntilItLeads();
        bench.Submit(new OpenSession(5));
        string session = Session(bench);
        bench.Submit(new Put(null, "anonymous", "1"u8.ToArray()));
        for (int sequence = 1; sequence <= PutsInSession; sequence++)
        {
            bench.Submit(PutOf(session, sequence));
        }

        bench.Submit(new Batch(new ClientIdentity(session, PutsInSession + 1, 0), [new BatchWrite("new", "x"u8.ToArray())]));
        bench.Submit(new Delete(new ClientIdentity(session, PutsInSession + 2, 0), "gone"));
        bench.Submit(new Put(new ClientIdentity(session, PutsInSession + 3, 0), "new", "y"u8.ToArray()));
        bench.Driver.Stop();
        return bench.Store;
    }

    private static Put PutOf(string session, int sequence) =>
        new(new ClientIdentity(session, sequence, 0), "färben", System.Text.Encoding.UTF8.GetBytes($"{sequence}"));

    private static string Session(Bench bench)
    {
        byte[] key = bench.Store.Scan(StoreFamily.Sessions, "s"u8.ToArray(), "t"u8.ToArray()).Select(at => at.Key).FirstOrDefault()
            ?? throw new AssertFailedException("there is a session");
        return System.Text.Encoding.UTF8.GetString(key.AsSpan(1));
    }

    private static MemoryStore Filled(string golden)
    {
        var writes = new WriteSet();
        foreach ((string name, string record) in GoldenFile.Read(golden))
        {
            (StoreFamily family, byte[] key) = PlaceOf(name);
            writes.Put(family, key, Convert.FromHexString(record));
        }

        var store = new MemoryStore();
        store.Write(writes, durable: true);
        return store;
    }

    // "Keys/6b": the family, and the key in hexadecimal.
    private static (StoreFamily Family, byte[] Key) PlaceOf(string name)
    {
        string[] parts = name.Split('/');
        return (Enum.Parse<StoreFamily>(parts[0]), Convert.FromHexString(parts[1]));
    }

    private static string Text(KeyRecord? record) => System.Text.Encoding.UTF8.GetString(record!.Value.Span);

    /// <summary>A cluster of one on a store that is kept.</summary>
    private sealed class Bench : IReplicaOutput
    {
        public Bench(MemoryStore store)
        {
            Store = store;
            Driver = new ReplicaDriver(
                new ReplicaId(1), PaxosWcf.Consensus.Configuration.First(new Quorum([new ReplicaId(1)])), new ConsensusOptions(), store, new Random(1), this);
        }

        public MemoryStore Store { get; }

        public ReplicaDriver Driver { get; }

        public void UntilItLeads()
        {
            for (int tick = 0; Driver.Replica.Leading is null; tick++)
            {
                Assert.IsLessThan(100, tick);
                Driver.Run([TickPassed.Instance]);
            }
        }

        public DriverBench.Caller Submit(KeyValueCommand command)
        {
            var caller = new DriverBench.Caller([]);
            Driver.Run([new CommandSubmitted(command.Encode(), caller)]);
            if (command is OpenSession)
            {
                Driver.Stop();
            }

            return caller;
        }

        public void Send(Envelope envelope)
        {
        }

        public void OnFlushing()
        {
        }

        public void OnNote(Note note)
        {
        }

        public void OnApplied(Slot slot, Value value)
        {
        }

        public void OnInstalled(Slot through)
        {
        }
    }
}
