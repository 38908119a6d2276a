using PaxosWcf.Consensus;
using PaxosWcf.Replication;

namespace PaxosWcf.Simulator;

/// <summary>Draws what a run's cluster and clients are like: each limit is sometimes so small that it is met all the time.</summary>
internal sealed class PlanDealer(int seed)
{
    private readonly Random _random = new RandomStreams(seed).Of("plan");

    public RunPlan Draw(int ofSeed, long steps)
    {
        var cluster = Cluster();
        return new RunPlan(ofSeed, steps)
        {
            Cluster = cluster,
            Clients = Clients(cluster) with
            {
                Watchers = Watchers(),
                WatchingUsers = WatchingUsers(),
                LeasingUsers = LeasingUsers(cluster),
                ForeignUsers = ForeignUsers(cluster),
                MembersTicks = MembersTicks(),
            },
        };
    }

    private ClusterOptions Cluster() => Rates(new ClusterOptions
    {
        Replicas = _random.Next(4) == 0 ? 3 : 5,
        DriftPercentMax = _random.Next(2) * _random.Next(30),
        FlushTimeMax = _random.Next(4) switch { 0 => 0, 1 => 3000, _ => 100 },
        BatchTimeMax = _random.Next(3) switch { 0 => 0, 1 => 1000, _ => 20 },
        Consensus = Thrift(Consensus()),
        Storage = Storage(),
        StoreBytesMax = StoreBytes(),
        MergesMessages = new RandomStreams(seed).Of("merging").Next(2) == 0,
        AnswersFindTheirCall = new RandomStreams(seed).Of("askers").Next(2) == 0,
        FlushesSlowly = new RandomStreams(seed).Of("slow flushes").Next(2) == 0,
    });

    // In half of the runs with merging a call takes as long as its answer; in two thirds of these its size counts. What the host sends is large, and what
    // clients write here is small: so are the limits then. A page of what an acceptor reports takes up to seven ticks: longer than until it is asked for again, and less than a campaign waits.
    private ClusterOptions Rates(ClusterOptions cluster)
    {
        var dice = new RandomStreams(seed).Of("rates of plans");
        var rate = dice.Next(3) switch { 0 => 0, 1 => 5000, _ => 35_000 };
        if (dice.Next(2) == 0 || !cluster.MergesMessages)
        {
            return cluster;
        }

        var (consensus, storage) = (cluster.Consensus, cluster.Storage);
        return rate == 0 ? cluster with { AnswersEndCalls = true } : cluster with
        {
            AnswersEndCalls = true,
            KibTimeMax = rate,
            Consensus = consensus with
            {
                BatchBytesMax = 200,
                MessageBytesMax = 400,
                ReportBytesMax = 200,
            },
            Storage = storage with { SnapshotChunkBytesMax = Math.Min(storage.SnapshotChunkBytesMax, 400) },
        };
    }

    // A key takes some 25 bytes: in a third of the runs clients come to the limit, more or less often.
    private long StoreBytes()
    {
        var dice = new RandomStreams(seed).Of("quota");
        return dice.Next(3) == 0 ? dice.Next(150, dice.Next(2) == 0 ? 300 : 1000) : 0;
    }

    // Half of the runs truncate their logs so soon that whoever was away for a moment needs a snapshot. With dice of their
    // own: the rest of a seed's plan is what it was before there were snapshots.
    private StorageOptions Storage()
    {
        var dice = new RandomStreams(seed).Of("storage");
        var options = new StorageOptions
        {
            LogSlotsMax = dice.Next(3) switch { 0 => 1, 1 => 4, _ => 20 },
            LogHeldBytesMax = dice.Next(4) == 0 ? 1000 : 1024 * 1024,
            SnapshotChunkBytesMax = dice.Next(3) switch { 0 => 1, 1 => 300, _ => 1024 * 1024 },
            SnapshotsOpenMax = dice.Next(1, 3),
            SnapshotIdleTicks = dice.Next(2) == 0 ? 30 : 300,
        };
        var drawn = dice.Next(2) == 0 ? options : new StorageOptions();
        return (dice.Next(2) == 0 ? drawn with { AuditSlots = 32 } : drawn) with { HistoryRevisionsMax = HistoryRevisions() };
    }

    // In half of the runs so few that whoever looks away for a moment finds them compacted.
    private long HistoryRevisions() => new RandomStreams(seed).Of("history").Next(6) switch { 0 => 1, 1 => 5, 2 => 30, _ => 100_000 };

    private int Watchers()
    {
        var dice = new RandomStreams(seed).Of("watchers");
        return dice.Next(2) * dice.Next(1, 4);
    }

    private int WatchingUsers()
    {
        var dice = new RandomStreams(seed).Of("watching users");
        return dice.Next(2) * dice.Next(1, 3);
    }

    // Not where a store may be full, which would have to hold their keys until they go by themselves; nor where states are made wrong: a lease's end would meet
    // what is wrong, and the revision of all that follows would be another one.
    private int LeasingUsers(ClusterOptions cluster)
    {
        var dice = new RandomStreams(seed).Of("leasing users");
        return cluster.StoreBytesMax > 0 || WrongStates.AreKnown(cluster) ? 0 : dice.Next(2) * dice.Next(1, 4);
    }

    // Not where a store may be full either: nobody else deletes their keys.
    private int ForeignUsers(ClusterOptions cluster)
    {
        var dice = new RandomStreams(seed).Of("foreign users");
        return cluster.StoreBytesMax > 0 ? 0 : dice.Next(2) * dice.Next(1, 3);
    }

    private int MembersTicks()
    {
        var dice = new RandomStreams(seed).Of("members");
        return dice.Next(2) * dice.Next(20, 200);
    }

    // With dice of their own too.
    private ConsensusOptions Thrift(ConsensusOptions options)
    {
        var dice = new RandomStreams(seed).Of("thrift");
        return options with
        {
            PartialSlotsMax = dice.Next(2) == 0 ? 1 : options.WindowSlotsMax,
            WidenTicks = dice.Next(3) switch { 0 => 1, 1 => 3, _ => 6 },
            HoldTicks = dice.Next(3) switch { 0 => 1, 1 => 2, _ => 20 },
            UntoldSlotsMax = dice.Next(3) switch { 0 => 1, 1 => 16, _ => 1000 },
            AskAllTicks = dice.Next(3) switch { 0 => 1, 1 => 2, _ => 1000 },
        };
    }

    private ConsensusOptions Consensus()
    {
        var window = _random.Next(3) switch { 0 => 1, 1 => 4, _ => 32 };
        var ahead = _random.Next(3) switch { 0 => 4, 1 => 40, _ => 1024 };
        var options = new ConsensusOptions
        {
            WindowSlotsMax = window,
            BatchCommandsMax = _random.Next(3) switch { 0 => 1, 1 => 3, _ => 1024 },

            // Acceptors that take less than a leader proposes would be asked again and again.
            AcceptAheadMax = Math.Max(ahead, window),
            MessageBytesMax = _random.Next(3) switch { 0 => 1, 1 => 300, _ => 2 * 1024 * 1024 },
            QueueCommandsMax = _random.Next(3) == 0 ? 4 : 1024,
            PendingCommandsMax = _random.Next(3) == 0 ? 2 : 1024,
        };
        return options with { ReportBytesMax = options.MessageBytesMax };
    }

    private ClientPlan Clients(ClusterOptions cluster) => new()
    {
        // Large batches come about only where many ask at once.
        Clients = _random.Next(1, 8) * (cluster.Consensus.BatchCommandsMax > 100 ? _random.Next(1, 6) : 1),
        Keys = _random.Next(1, 8),
        AttemptTicks = Math.Max(_random.Next(20, 120), RequestTicksMin(cluster)),
        OperationTicks = _random.Next(3) == 0 ? _random.Next(60, 150) : _random.Next(150, 500),
        RequestTicks = Math.Max(_random.Next(2) == 0 ? _random.Next(10, 100) : 200, RequestTicksMin(cluster)),
        ClosesConnections = _random.Next(2) == 0,
        PauseMax = _random.Next(3) switch { 0 => 100, 1 => 10_000, _ => 2000 },
        Links = new ClientLinkOptions
        {
            RefusedPercent = _random.Next(3) == 0 ? _random.Next(10) : 0,
            ReplyLostPercent = _random.Next(3) == 0 ? _random.Next(10) : 0,
        },
    };

    // Where disks are slow and each command has a slot of its own, a second serves half a dozen. Were each given up before its turn came, and sent
    // again, the leader's queue would fill with commands that nobody waits for, and no client would ever be answered: overload, not a defect.
    private static int RequestTicksMin(ClusterOptions cluster) =>
        cluster is { FlushTimeMax: > 1000, Consensus.BatchCommandsMax: 1 } ? 60 : 0;
}
