using PaxosWcf.Consensus;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Simulator;

/// <summary>What a run came to.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="Steps">Events that happened.</param>
/// <param name="Chosen">Slots that have a chosen value.</param>
/// <param name="Answered">Operations that were answered.</param>
/// <param name="Reads">Reads among them.</param>
/// <param name="Messages">Messages that were sent.</param>
/// <param name="TraceHash">The same for every run of this seed.</param>
public sealed record RunReport(int Seed, long Steps, int Chosen, int Answered, int Reads, long Messages, string TraceHash);

/// <summary>Faults first, then calm: a cluster with clients under a mix of faults that the seed draws, which must be safe
/// all the time; and then a majority is left in peace, and everything pending must complete.</summary>
public sealed class RandomRun
{
    /// <summary>In peace, a write is answered within so many ticks, the election of a leader included.</summary>
    public const int WriteTicksMax = 250;

    /// <summary>In peace, all that is pending is answered within so many ticks; clients may try dead replicas.</summary>
    public const int PendingTicksMax = 4000;

    private readonly SimulatedCluster _cluster;
    private readonly Random _random;
    private readonly SimulatedClient[] _clients;
    private readonly Nemesis _nemesis;

    private RandomRun(int seed, int steps)
    {
        _random = new Random(seed);
        var repeat = $"RandomRun.Of(seed: {seed}, steps: {steps})";
        _cluster = new SimulatedCluster(seed, _random.Next(4) == 0 ? 3 : 5, DrawOptions(), repeat);
        var keys = _random.Next(1, 8);
        var few = _random.Next(1, 8);
        var takesMany = _cluster.Options.Consensus.BatchCommandsMax > 100;
        _clients = [.. Enumerable.Range(1, takesMany ? 8 * few : few)
            .Select(number => new SimulatedClient(_cluster, new Random(_random.Next()), number, keys))];
        _nemesis = new Nemesis(_cluster, new Random(_random.Next()));
    }

    /// <summary>Runs one seed.</summary>
    /// <param name="seed">Draws everything.</param>
    /// <param name="steps">How many events happen under faults, before the calm.</param>
    /// <param name="listener">Hears every line of the trace.</param>
    /// <exception cref="SimulationException">A rule was broken.</exception>
    public static RunReport Of(int seed, int steps, Action<string>? listener = null)
    {
        var run = new RandomRun(seed, steps);
        run._cluster.Trace.Listener = listener;
        return run.Run(steps);
    }

    private RunReport Run(int steps)
    {
        foreach (var client in _clients)
        {
            _cluster.Time.After(_random.Next(50 * VirtualTime.Tick), client.Next);
        }

        while (_cluster.Steps < steps)
        {
            _cluster.Step();
        }

        Calm();
        var checker = _cluster.Checker;
        if (checker.Chosen == 0)
        {
            _cluster.Fail("the run chose nothing", inner: null);
        }

        return new RunReport(
            _cluster.Seed, _cluster.Steps, checker.Chosen, checker.Answered, checker.ReadsAnswered, _cluster.Network.Sent,
            _cluster.Trace.Hash);
    }

    private void Calm()
    {
        _nemesis.Rest();
        _cluster.Network.Options = NetworkOptions.Calm;
        _cluster.Network.Mend();
        var majority = _cluster.Replicas.OrderBy(_ => _random.Next()).Take(_cluster.Quorum.Majority).ToArray();
        _cluster.Write($"[MAJORITY IN PEACE] {string.Join(' ', majority.Select(replica => replica.Id))}");
        foreach (var replica in _cluster.Replicas.Except(majority))
        {
            replica.Crash();
        }

        LeaveInPeace(majority);
        foreach (var client in _clients)
        {
            client.GoesOn = false;
        }

        _cluster.RunUntil(
            () => _clients.All(client => client.Pending is null), PendingTicksMax, "everything pending is answered");
        _cluster.Write("[ALL IN PEACE]");
        LeaveInPeace(_cluster.Replicas);
        _cluster.RunUntil(AllAgree, TicksMax(), "all replicas agree");
        _cluster.Checker.CompareStates(_cluster.Replicas);
    }

    private void LeaveInPeace(IReadOnlyList<SimulatedReplica> replicas)
    {
        foreach (var replica in replicas)
        {
            replica.LeaveInPeace();
        }

        var writes = replicas
            .Select(at => _cluster.Begin(new Put(null, "peace", "now"u8.ToArray()), "peace", at, pinned: true)).ToArray();
        _cluster.RunUntil(() => writes.All(write => write.IsDone), TicksMax(), "a write at each replica in peace is answered");
    }

    // Where messages are so small that each carries one value, a replica may have to ask for every slot.
    private int TicksMax() => WriteTicksMax + (_cluster.Options.Consensus.MessageBytesMax < 1000 ? 3 * _cluster.Checker.Chosen : 0);

    private bool AllAgree() => _cluster.Replicas.All(replica =>
        replica.Driver!.Machine.Numbers.AppliedThrough == _cluster.Checker.AppliedThrough);

    private ClusterOptions DrawOptions()
    {
        var options = Draw();
        var consensus = options.Consensus;

        // Acceptors that take less than a leader proposes would be asked again and again.
        var ahead = Math.Max(consensus.AcceptAheadMax, consensus.WindowSlotsMax);
        return options with { Consensus = consensus with { AcceptAheadMax = ahead } };
    }

    private ClusterOptions Draw() => new()
    {
        DriftPercentMax = _random.Next(2) * _random.Next(30),
        FlushTimeMax = _random.Next(4) switch { 0 => 0, 1 => 3000, _ => 100 },
        BatchTimeMax = _random.Next(3) switch { 0 => 0, 1 => 1000, _ => 20 },
        StepsPerStateCheck = 200,
        Consensus = new ConsensusOptions
        {
            WindowSlotsMax = _random.Next(3) switch { 0 => 1, 1 => 4, _ => 32 },
            BatchCommandsMax = _random.Next(3) switch { 0 => 1, 1 => 3, _ => 1024 },
            AcceptAheadMax = _random.Next(3) switch { 0 => 4, 1 => 40, _ => 1024 },
            MessageBytesMax = _random.Next(3) switch { 0 => 1, 1 => 300, _ => 2 * 1024 * 1024 },
            QueueCommandsMax = _random.Next(3) == 0 ? 4 : 1024,
            PendingCommandsMax = _random.Next(3) == 0 ? 2 : 1024,
        },
    };
}
