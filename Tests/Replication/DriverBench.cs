using PaxosWcf.Consensus;
using PaxosWcf.Replication;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Tests.Replication;

/// <summary>One driver on a bench: its disk, its network and its callers write down, in order, what they see.</summary>
internal sealed class DriverBench : IReplicaOutput, IReplicaStore
{
    private readonly MemoryStore _store = new();
    private readonly ConsensusOptions _options;
    private readonly Quorum _quorum;
    private Recall? _recall;

    private readonly StorageOptions? _storage;

    /// <summary>The first of three, which leads.</summary>
    public static DriverBench Leader(out Ballot ballot)
    {
        var bench = new DriverBench(replicas: 3);
        while (!bench.Seen.Exists(line => line.Contains("asks", StringComparison.Ordinal)))
        {
            bench.Ticks(1);
        }

        var round = long.Parse(bench.Seen[^1].Split("round ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        bench.Arrives(new HeartbeatReply(round, Ballot.None, null, Slot.None));
        ballot = new Ballot(1, new ReplicaId(1));
        bench.Arrives(new Promise(ballot, new Slot(1), Slot.None, [], null));
        Assert.IsNotNull(bench.Driver.Replica.Leading);
        return bench;
    }

    public DriverBench(int replicas = 1, ConsensusOptions? options = null, StorageOptions? storage = null)
    {
        _storage = storage;
        _quorum = new Quorum(Enumerable.Range(1, replicas).Select(number => new ReplicaId(number)));
        _options = options ?? new ConsensusOptions();
        Driver = Start();
        AnswerRecall();
    }

    public ReplicaDriver Driver { get; private set; }

    /// <summary>What happened, in order: "flush 2", "write 1", "R1→R2 …", "applied 1", "answered …".</summary>
    public List<string> Seen { get; } = [];

    /// <summary>Called with every message that leaves.</summary>
    public Action<Envelope>? OnSent { get; set; }

    public MemoryStore Store => _store;

    /// <summary>Whether the disk is slow; it is seen then that it is about to be waited for, too.</summary>
    public bool FlushesSlowly { get; set; }

    /// <summary>What failed in the store, on some thread of its own, without anything being written.</summary>
    public StoreFailedException? FailedInTheBackground { get; set; }

    public void Restart(int keepUnflushed = 0)
    {
        RestartAsking(keepUnflushed);
        AnswerRecall();
    }

    /// <summary>Restarts; nobody tells it yet what is remembered of it.</summary>
    public void RestartAsking(int keepUnflushed = 0)
    {
        _store.CrashKeeping(keepUnflushed);
        Driver = Start();
    }

    /// <summary>Another replica remembers of this one what its disk does not hold.</summary>
    public void TellThatItWasSetBack(params ReplicaEvent[] before)
    {
        Ticks(1);
        var remembered = new Remembered(new ReplicaId(1), Incarnation.First, 1000, 1, Ballot.None, Slot.None);
        Run([.. before, new MessageArrived(new Envelope(new ReplicaId(2), new ReplicaId(1), new RecallReply(_recall!.Start, remembered)))]);
        Assert.AreEqual(Standing.Fenced, Driver.Replica.Standing);
    }

    public void Run(params ReplicaEvent[] batch) => Driver.Run(batch);

    /// <summary>The second replica says something.</summary>
    public void Arrives(Message message) => Run(new MessageArrived(new Envelope(new ReplicaId(2), new ReplicaId(1), message)));

    public void Ticks(int ticks)
    {
        for (; ticks > 0; ticks--)
        {
            Run(TickPassed.Instance);
        }
    }

    /// <summary>Ticks until this replica, alone in its cluster, leads.</summary>
    public void UntilItLeads()
    {
        for (var tick = 0; Driver.Replica.Leading is null; tick++)
        {
            Assert.IsLessThan(100, tick);
            Ticks(1);
        }
    }

    public Caller Submit(KeyValueCommand command)
    {
        var caller = new Caller(Seen);
        Run(new CommandSubmitted(command.Encode(), caller));
        return caller;
    }

    void IReplicaOutput.Send(Envelope envelope)
    {
        if (envelope.Message is Recall recall)
        {
            _recall = recall;
            return;
        }

        Seen.Add($"{envelope}");
        OnSent?.Invoke(envelope);
    }

    void IReplicaOutput.OnNote(Note note)
    {
    }

    void IReplicaOutput.OnFlushing()
    {
        if (FlushesSlowly)
        {
            Seen.Add("before the flush");
        }
    }

    void IReplicaOutput.OnApplied(Slot slot, Value value) => Seen.Add($"applied {slot}");

    void IReplicaOutput.OnInstalled(Slot through) => Seen.Add($"installed {through}");

    public void Write(WriteSet writes, bool durable)
    {
        _store.Write(writes, durable);
        Seen.Add($"{(durable ? "flush" : "write")} {writes.Count}");
    }

    public byte[]? Find(StoreFamily family, ReadOnlySpan<byte> key) => _store.Find(family, key);

    public IEnumerable<KeyValuePair<byte[], byte[]>> Scan(StoreFamily family, byte[] from, byte[]? until) =>
        _store.Scan(family, from, until);

    public void ThrowIfFailed()
    {
        if (FailedInTheBackground is { } failure)
        {
            throw failure;
        }
    }

    public IStoreSnapshot Snapshot() => _store.Snapshot();

    public void Dispose() => _store.Dispose();

    private ReplicaDriver Start() => new(new ReplicaId(1), PaxosWcf.Consensus.Configuration.First(_quorum), _options, this, new Random(1), this, _storage);

    // The others remember nothing: from then on it votes.
    private void AnswerRecall()
    {
        Ticks(1);
        foreach (var other in _quorum.Members.Skip(1))
        {
            Run(new MessageArrived(new Envelope(other, new ReplicaId(1), new RecallReply(_recall!.Start, Seen: null))));
        }

        Assert.AreEqual(Standing.Voter, Driver.Replica.Standing);
    }

    internal sealed class Caller(List<string> seen) : ICommandCaller, IReadCaller
    {
        public CommandAnswer? Answer { get; private set; }

        public Refusal? Refused { get; private set; }

        public bool Ready { get; private set; }

        public void OnAnswer(CommandAnswer answer)
        {
            Answer = answer;
            seen.Add("answered");
        }

        public void OnRefused(Refusal refusal) => Refused = refusal;

        public void OnReady() => Ready = true;
    }
}
