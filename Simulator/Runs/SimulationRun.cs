using PaxosWcf.Consensus;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Simulator;

/// <summary>Faults first, then calm: a cluster with clients under faults, which must be safe all the time; then a majority
/// is left in peace, and everything pending must complete; then all are, and must agree. At the end, what the clients
/// recorded must be linearizable.</summary>
public sealed class SimulationRun : IDisposable
{
    /// <summary>In peace, a write is answered within so many ticks, the election of a leader included.</summary>
    public const int WriteTicksMax = 250;

    /// <summary>In peace, all that is pending is over within so many ticks: no client waits longer than its time-out.</summary>
    public const int PendingTicksMax = 1000;

    // By the clock of a leader that is slow, and once more for one that has just begun to lead.
    private const int LeaseTicksMax = 2 * 20 * LeasingUser.SecondsMax * 3 / 2;

    // Two that answer are asked each time, beginning with another one: all that a client knows of, and a few that are gone.
    private const int LooksMax = 10;

    private readonly RunPlan _plan;
    private readonly SimulatedCluster _cluster;
    private readonly RunHistory _history;
    private readonly FaultExecutor _executor;
    private readonly Nemesis _nemesis;
    private readonly ClientLinks _links;
    private readonly SimulatedUser[] _users;
    private readonly SimulatedWatcher[] _watchers;
    private readonly WatchingUser[] _watching;
    private readonly LeasingUser[] _leasing;
    private readonly ForeignUser[] _foreign;
    private Task[] _running = [];

    /// <summary>Makes a run; nothing has happened yet but the start of the replicas.</summary>
    /// <param name="plan">Decides everything.</param>
    public SimulationRun(RunPlan plan)
    {
        _plan = plan;
        _cluster = new SimulatedCluster(plan.Seed, plan.Cluster.Replicas, plan.Cluster, RepeatCommand(plan));
        _cluster.Operator.ReplacesWrongDisks = true;
        _history = new RunHistory(_cluster);
        _links = new ClientLinks(_cluster, plan.Clients);
        _executor = new FaultExecutor(_cluster, _links, _history.Recorder);
        _nemesis = new Nemesis(_cluster, _executor, plan.Faults);
        var keys = new SharedKeys(plan.Clients);
        _users = [.. Enumerable.Range(1, plan.Clients.Clients)
            .Select(number => new SimulatedUser(_cluster, _links, keys, _history.Recorder, number))];
        _watchers = [.. Enumerable.Range(1, plan.Clients.Watchers).Select(number => new SimulatedWatcher(_cluster, number))];
        _watching = [.. Enumerable.Range(1, plan.Clients.WatchingUsers).Select(number => new WatchingUser(_cluster, _links, number))];
        _leasing = [.. Enumerable.Range(1, plan.Clients.LeasingUsers).Select(number => new LeasingUser(_cluster, _links, number))];
        _foreign = [.. Enumerable.Range(1, plan.Clients.ForeignUsers).Select(number => new ForeignUser(_cluster, _links, number))];
    }

    /// <summary>The cluster, to look at.</summary>
    public SimulatedCluster Cluster => _cluster;

    /// <summary>What happened.</summary>
    public Trace Trace => _cluster.Trace;

    /// <summary>What the clients recorded so far, in the format of histories.</summary>
    public byte[] History => _history.Bytes;

    /// <summary>How often somebody who watched was woken.</summary>
    public int Woken => _watchers.Sum(watcher => watcher.Woken);

    /// <summary>How often a client was told of members that it had not known.</summary>
    public int News => _users.Sum(user => user.News);

    /// <summary>How often a client called a replica where that had been, and was no more.</summary>
    public int Strays => _users.Sum(user => user.Strays);

    /// <summary>How many changes users of the client library were told who watch.</summary>
    public int ToldUsers => _watching.Sum(user => user.Told.Count);

    /// <summary>How many leases ended because nobody renewed them in time, and how many keys went with leases.</summary>
    public (int Leases, int Keys) Expired => (_cluster.Checker.Leases.Expired, _cluster.Checker.Leases.KeysGone);

    /// <summary>What became of writes without an identity: answered, without effect, and in doubt, some of which took effect.</summary>
    public (int Answered, int WithoutEffect, int InDoubt, int DoneInDoubt) Foreign => (
        _foreign.Sum(user => user.Answered), _foreign.Sum(user => user.WithoutEffect), _foreign.Sum(user => user.InDoubt.Count),
        _foreign.Sum(user => user.InDoubt.Count(write => write.Effect is not null)));

    /// <summary>How many writes in doubt turned out to have taken effect, and how many not.</summary>
    public (int Applied, int Not) Resolved => _cluster.Checker.Ledger.Resolved;

    /// <summary>How many calls were refused because a store was full.</summary>
    public int RefusedAsFull => _cluster.Checker.Ledger.RefusedAsFull;

    /// <summary>How many stores were full at the end of the faults, and had room again once all keys were deleted.</summary>
    public int Healed { get; private set; }

    /// <summary>The kinds of faults that did something: those that a rule forbade each time are not among them.</summary>
    public IReadOnlySet<FaultKind> Made => _executor.Made;

    /// <summary>How many disks were lost in the midst of a change, or while their replicas were no voters.</summary>
    public int LostInChanges => _executor.LostInChanges;

    /// <summary>The plan with every fault that has happened: run again it is the same run.</summary>
    public RunPlan Recorded => _plan with { Faults = [.. _executor.Executed] };

    /// <summary>Holds every step against one more rule, if set; a sentence says that it is broken. For tests.</summary>
    internal Func<SimulatedCluster, string?>? ExtraRule { get; set; }

    /// <summary>Runs one seed.</summary>
    /// <exception cref="SimulationException">A rule was broken.</exception>
    public static RunReport Of(int seed, long steps)
    {
        using var run = new SimulationRun(RunPlan.Draw(seed, steps));
        return run.Run();
    }

    /// <summary>Runs it to its end.</summary>
    /// <exception cref="SimulationException">A rule was broken.</exception>
    public RunReport Run()
    {
        _running =
        [
            .. _users.Select(user => user.RunAsync()), .. _watching.Select(user => user.RunAsync()), .. _leasing.Select(user => user.RunAsync()),
            .. _foreign.Select(user => user.RunAsync()),
        ];
        Array.ForEach(_watchers, watcher => watcher.Start());
        while (_cluster.Steps < _plan.Steps)
        {
            _cluster.Step();
            CheckUsers();
            CheckExtraRule();
        }

        var checker = _cluster.Checker;
        if (checker.Chosen == 0)
        {
            _cluster.Fail("the run chose nothing before the calm: it shows nothing", inner: null, BrokenRule.NothingHappened);
        }

        Calm();
        _history.Verify(_cluster);
        return new RunReport(
            _plan.Seed, _cluster.Steps, _cluster.Ticks, checker.Chosen, checker.Answered, checker.ReadsAnswered,
            checker.Ledger.Doubtful, checker.Ledger.WithoutEffect, _executor.Executed.Count, _cluster.Network.Sent, checker.Installed, Trace.Hash);
    }

    /// <summary>Lets go of the clients.</summary>
    public void Dispose()
    {
        Array.ForEach(_users, user => user.Dispose());
        Array.ForEach(_watching, user => user.Dispose());
        Array.ForEach(_leasing, user => user.Dispose());
        _history.Dispose();
    }

    private static string RepeatCommand(RunPlan plan) => plan.Faults is null
        ? $"dotnet run -c Release --project Simulator -- --seed {plan.Seed} --steps {plan.Steps}"
        : "dotnet run -c Release --project Simulator -- --replay with this schedule";

    // A user that ends by an exception is silent from then on, and a run of silent users holds.
    private void CheckUsers()
    {
        if (Array.Find(_running, user => user.IsFaulted) is { Exception: { } error })
        {
            var inner = error.GetBaseException();
            _cluster.Fail($"a client's library threw {inner.GetType().Name}: {inner.Message}", inner);
        }
    }

    private void CheckExtraRule()
    {
        if (ExtraRule?.Invoke(_cluster) is { } broken)
        {
            _cluster.Fail(broken, inner: null);
        }
    }

    private void Calm()
    {
        _nemesis.Rest();
        _cluster.Network.Options = NetworkOptions.Calm;
        _cluster.Network.Mend();
        _links.Options = ClientLinkOptions.Calm;
        var dice = _cluster.Streams.Of("calm");
        SettleMembers();
        if (_cluster.Restore.IsUnderWay)
        {
            // Nobody is served until it is over.
            _cluster.Write("[ALL IN PEACE, FOR THE RESTORE]");
            LeaveAllInPeace();
            RunUntil(() => !_cluster.Restore.IsUnderWay, 10 * TicksMax(), "the restore is over");
        }

        if (_plan.Cluster.StoreBytesMax > 0)
        {
            SettleSize();
        }

        if (_cluster.Wrong.Any || _cluster.Wrong.Unfound.Any())
        {
            SettleWrongStates();
            SettleMembers();
        }

        if (_cluster.Replicas.Any(replica => replica.Moves > 0))
        {
            SettleAddresses();
        }

        var majority = _cluster.Replicas.OrderBy(_ => dice.Next()).Take(_cluster.Quorum.Majority).ToArray();
        _cluster.Write($"[MAJORITY IN PEACE] {string.Join(' ', majority.Select(replica => replica.Id))}");
        foreach (var replica in _cluster.Replicas.Except(majority))
        {
            replica.Crash();
        }

        if (MayNeverCatchUp)
        {
            EndUsers();
        }

        LeaveInPeace(majority);
        EndUsers();
        RunUntil(NobodyWaits, PendingTicksMax, "everything pending is over");
        Conclude(_users[0]);
        _cluster.Write("[ALL IN PEACE]");
        LeaveInPeace(_cluster.Replicas);
        SettleStates();
        Conclude(_users[^1]);
        RunUntil(() => _cluster.Checker.Leases.Living == 0, LeaseTicksMax + TicksMax(), "leases that nobody renews are over");
        SettleStates();
        RunUntil(() => Array.TrueForAll(_watching, user => user.Told.IsAll), PendingTicksMax, "users who watch are told of everything");
        _cluster.ConcludeFollowers(_watchers.Select(watcher => watcher.Follower));
    }

    private void SettleMembers()
    {
        if (!_cluster.Operator.HasWork)
        {
            return;
        }

        // A disk is lost, or a replica is out: nobody can say which majority will do before all are members again.
        // Nobody asks for anything new: where a message carries one slot, a replica that is behind would never catch up.
        _cluster.Write("[ALL IN PEACE, FOR THE OPERATOR]");
        LeaveAllInPeace();
        RunUntil(IsSettled, 4 * TicksMax(), "all replicas are voters again");
        while (_cluster.Checker.MayBeReconfigured || !_cluster.Operator.IsContent)
        {
            // What an earlier leader proposed may come into force yet; writes go past its slot. One may just have yielded.
            RunUntil(() => _cluster.Leader is not null, TicksMax(), "a replica leads");
            var write = _cluster.Begin(new Delete(null, "peace"), "peace", _cluster.Leader!, pinned: false);
            RunUntil(() => write.IsDone && IsSettled(), 4 * TicksMax(), "all replicas are voters again");
        }
    }

    private bool IsSettled() => _cluster.Operator.IsContent || _cluster.Operator.WaitsForWrites;

    // Whoever is up later may be where a client that has heard of nothing does not look.
    private void SettleAddresses()
    {
        _cluster.Write("[ALL IN PEACE, FOR THE ADDRESSES]");
        LeaveAllInPeace();
        RunUntil(NobodyWaits, PendingTicksMax, "everything pending is over");
        Task<bool>[] reads = [.. _users.Select(user => user.GetAsync("k0"))];
        RunUntil(() => Array.TrueForAll(reads, read => read.IsCompleted), PendingTicksMax, "a client's calls in peace are answered");
        RunUntil(
            () => Array.TrueForAll(_users, user => user.KnowsAll) && Array.TrueForAll(_watching, user => user.KnowsAll),
            (LooksMax * _plan.Clients.MembersTicks) + TicksMax(), "all clients know where the members are");
    }

    // Nothing but deletes, and every store has room again by itself. How little there is shows when everything pending is over: a call of each
    // of many clients may fill a small store that had room when the faults ended.
    private void SettleSize()
    {
        _cluster.Write("[ALL IN PEACE, FOR ROOM]");
        LeaveAllInPeace();
        var full = _cluster.Replicas.Count(replica => replica.Quota.IsFull);
        RunUntil(NobodyWaits, PendingTicksMax, "everything pending is over");
        if (!_cluster.Replicas.Any(replica => replica.Quota.IsTight))
        {
            return;
        }

        RequireDeletes();
        var over = _users[0].DeleteAllAsync();
        RunUntil(() => over.IsCompleted, TicksMax() + PendingTicksMax, "deletes in full stores are answered");
        RequireAnswer(over, "deletes in full stores are answered");
        RunUntil(AllAgree, TicksMax(), "all replicas agree");
        RunUntil(
            () => !_cluster.Replicas.Any(replica => replica.Quota.IsFull), SimulatedQuota.HealTicksMax,
            "stores whose keys were all deleted have room again");
        Healed += full;
    }

    // Whoever is wrong finds out within two segments once writes meet what is wrong; a third is for the one that it is in the midst of.
    private void SettleWrongStates()
    {
        _cluster.Write("[ALL IN PEACE, FOR THE WRONG STATE]");
        LeaveAllInPeace();
        RunUntil(NobodyWaits, PendingTicksMax, "everything pending is over");
        for (var writes = 0L; _cluster.Wrong.Unfound.FirstOrDefault() is { } key; writes++)
        {
            if (writes > 3 * _plan.Cluster.Storage.AuditSlots)
            {
                _cluster.Fail($"in peace, {writes} writes have met a wrong {key}, and its replica has not found out", inner: null, BrokenRule.Progress);
            }

            // Where hardly any log is kept, one that is behind could not come to a whole segment, nor vote on it, under writes that go on.
            RunUntil(AllUnfencedAgree, 4 * TicksMax(), "all that are not fenced have applied everything");
            if (writes == 0)
            {
                RequireDeletes();
            }

            WriteOver(key);
        }
    }

    // Keys of users without the library are in no history, and so must not come into one with what they hold already.
    private void WriteOver(string key)
    {
        const string What = "a write that meets a wrong key is answered";
        if (ForeignUser.Writes(key))
        {
            var bare = _cluster.Begin(new Put(null, key, "now"u8.ToArray()), key, _cluster.Replicas.First(replica => replica.Driver is { Divergence: null }));
            RunUntil(() => bare.IsDone, 4 * TicksMax(), What);
            return;
        }

        var write = _users[0].PutAsync(key);
        RunUntil(() => write.IsCompleted, 4 * TicksMax(), What);
        RequireAnswer(write, What);
    }

    private void EndUsers()
    {
        Array.ForEach(_users, user => user.GoesOn = false);
        Array.ForEach(_leasing, user => user.GoesOn = false);
        Array.ForEach(_foreign, user => user.GoesOn = false);
    }

    private bool NobodyWaits() =>
        !Array.Exists(_users, user => user.IsWaiting) && !Array.Exists(_leasing, user => user.IsWaiting) && !Array.Exists(_foreign, user => user.IsWaiting);

    private void LeaveAllInPeace()
    {
        EndUsers();
        foreach (var replica in _cluster.Replicas)
        {
            replica.LeaveInPeace();
            _cluster.Operator.BringBack(replica);
        }
    }

    private void Conclude(SimulatedUser user)
    {
        var over = user.ConcludeAsync();
        RunUntil(() => over.IsCompleted, TicksMax() * (_plan.Clients.Keys + 1), "a client's calls in peace are answered");
        if (over.Exception is { } error)
        {
            _cluster.Fail($"a client's library threw {error.GetBaseException().GetType().Name}", error.GetBaseException());
        }
    }

    private void LeaveInPeace(IReadOnlyList<SimulatedReplica> replicas)
    {
        foreach (var replica in replicas)
        {
            replica.LeaveInPeace();
        }

        var writes = replicas
            .Select(at => _cluster.Begin(new Put(null, "peace", "now"u8.ToArray()), "peace", at, pinned: true)).ToArray();
        RunUntil(() => writes.All(write => write.IsDone), TicksMax(), "a write at each replica in peace is answered");
    }

    private void RunUntil(Func<bool> condition, int ticksMax, string what) => _cluster.RunUntil(
        () =>
        {
            CheckUsers();
            return condition();
        },
        ticksMax,
        what);

    private void RequireAnswer(Task<bool> call, string what)
    {
        if (call is not { IsCompletedSuccessfully: true, Result: true })
        {
            _cluster.Fail($"in peace, {what}: it was not", inner: null, BrokenRule.Progress);
        }
    }

    // Peace has just begun: somebody has to lead first, which takes longer than a client may be willing to wait.
    private void RequireDeletes()
    {
        var deletes = _cluster.Replicas.Where(replica => replica.Driver is { Divergence: null, Replica.Standing: Standing.Voter })
            .Select(at => _cluster.Begin(new Delete(null, "peace"), "peace", at, pinned: true)).ToArray();
        RunUntil(() => deletes.All(delete => delete.IsDone), TicksMax(), "a delete at each replica in peace is answered");
    }

    // Where messages are so small that each carries one value, a replica may have to ask for every slot; where chunks are, for
    // every record of a snapshot, of which the history has one for each slot, and each chunk is flushed. A call whose answer was lost before the peace keeps those that
    // wait behind it until it is given up: of three replicas both others may have been asked so for what is missing.
    private int TicksMax() => WriteTicksMax
        + (_plan.Cluster.Consensus.MessageBytesMax < 1000 ? 3 * _cluster.Checker.Chosen : 0)
        + (_plan.Cluster.Storage.SnapshotChunkBytesMax < 1000
            ? (2 * WriteTicksMax) + (SnapshotsInTurn * (4 + (2 * _plan.Cluster.FlushTimeMax / 1000)) * _cluster.Checker.Chosen)
            : 0)
        + SlowLinkTicks
        + (_plan.Cluster.AnswersEndCalls ? SimulatedLinks.PatienceMax : 0) / VirtualTime.Tick;

    // A campaign, the values that it recovers and those that are missing come one after the other; a slot takes no more than a quarter of a KiB, nearly always.
    private int SlowLinkTicks => _plan.Cluster.KibTimeMax == 0 ? 0 : (2 * WriteTicksMax) + (_plan.Cluster.KibTimeMax * _cluster.Checker.Chosen / (4 * VirtualTime.Tick));

    // How many replicas may have to wait for each other's snapshots, the last included.
    private int SnapshotsInTurn
    {
        get
        {
            var open = _plan.Cluster.Storage.SnapshotsOpenMax;
            return (_plan.Cluster.Replicas - 1 + open - 1) / open;
        }
    }

    // A message carries one slot, or a chunk one record, and takes as long as it takes to choose one: whoever is behind stays behind while
    // clients go on. Over links that are slow they may ask for more than comes through.
    private bool MayNeverCatchUp =>
        _plan.Cluster is { KibTimeMax: > 0 } or { FlushTimeMax: > 1000, Consensus.MessageBytesMax: 1 } or { FlushTimeMax: > 1000, Storage.SnapshotChunkBytesMax: 1 }
        || IsAskedTwice;

    // Each command has a slot, disks are slow, and acceptors take no more than a window: half of what a leader proposes comes before they have learned the window before, and has to be sent again.
    private bool IsAskedTwice => _plan.Cluster is { FlushTimeMax: > 1000, Consensus: { BatchCommandsMax: 1 } consensus } && consensus.AcceptAheadMax < 2 * consensus.WindowSlotsMax;

    // To the byte: and what was applied last is in a store with the next tick.
    private void SettleStates()
    {
        RunUntil(() => AllAgree() && !_cluster.Replicas.Any(replica => replica.Driver!.Machine.HasUnwritten), TicksMax(), "all replicas agree");
        var whole = _cluster.Checker.CompareStates(_cluster.Replicas);
        _cluster.Checker.CompareFound(_cluster.Replicas);
        if (whole != _cluster.Replicas.Count(replica => !_cluster.Wrong.Has(replica.Id)))
        {
            _cluster.Fail($"in peace, the stores of {whole} replicas hold all that is applied", inner: null, BrokenRule.Progress);
        }
    }

    private bool AllUnfencedAgree() => _cluster.Replicas.All(replica =>
        replica.Driver!.Divergence is not null || replica.Driver.Machine.Numbers.AppliedThrough == _cluster.Checker.AppliedThrough);

    private bool AllAgree() => _cluster.Replicas.All(replica =>
        replica.Driver!.Machine.Numbers.AppliedThrough == _cluster.Checker.AppliedThrough);
}
