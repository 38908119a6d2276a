namespace PaxosWcf.Simulator;

/// <summary>Draws faults. Which kinds a run knows, and how often each comes, is drawn first: some runs are nearly calm,
/// some are brutal ("swarm testing", Groce et al. 2012).</summary>
internal sealed class FaultDealer
{
    private readonly SimulatedCluster _cluster;
    private readonly Random _random;
    private readonly List<(Random Dice, int EveryTicks, Func<int, Fault> Draw)> _kinds = [];
    private readonly Random _stragglers;
    private readonly int _rarity;
    private readonly int _firstTick;

    public FaultDealer(SimulatedCluster cluster)
    {
        _cluster = cluster;
        _random = cluster.Streams.Of("faults");
        _stragglers = cluster.Streams.Of("stragglers");

        // Where something is broken all the time nothing is chosen, and nothing is shown: most runs have time to go on
        // between two faults.
        _rarity = _random.Next(3) switch { 0 => 1, 1 => 3, _ => 8 };
        _firstTick = _random.Next(40, 100);
        Know(300, tick => new Fault(tick, FaultKind.Crash) { Replicas = Anyone(), For = Ticks(100) });
        Know(300, tick => new Fault(tick, FaultKind.PowerCut) { Replicas = Anyone(), Amount = _random.Next(1, 12), For = Ticks(100) });
        Know(300, tick => new Fault(tick, FaultKind.PowerCut) { Replicas = Leader(), Amount = _random.Next(1, 12), For = Ticks(100) });
        Know(600, tick => new Fault(tick, FaultKind.DiskError) { Replicas = Anyone(), For = Ticks(100) });
        Know(400, tick => new Fault(tick, FaultKind.SlowDisk) { Replicas = Anyone(), Amount = _random.Next(500, 12_000), For = Ticks(150) });
        Know(500, tick => new Fault(tick, FaultKind.EmptyDisk) { Replicas = AnyoneOrLeader(), For = Ticks(60) });
        Know(500, tick => new Fault(tick, FaultKind.SetBackDisk) { Replicas = AnyoneOrLeader(), For = Ticks(60) });
        Know(500, tick => new Fault(tick, FaultKind.TakeOut) { Replicas = AnyoneOrLeader(), For = Ticks(250) });
        Know(1500, tick => new Fault(tick, FaultKind.Crash) { Replicas = Everyone(), For = Ticks(30) });
        Know(300, tick => new Fault(tick, FaultKind.Pause) { Replicas = Anyone(), For = Pause() });
        Know(300, tick => new Fault(tick, FaultKind.Pause) { Replicas = Leader(), For = Pause() });
        Know(400, tick => new Fault(tick, FaultKind.Drift) { Replicas = Anyone(), Amount = _random.Next(-60, 200), For = Ticks(150) });
        Know(200, tick => new Fault(tick, FaultKind.Acceptor) { Replicas = Anyone(), For = Ticks(100) });
        Know(200, tick => new Fault(tick, FaultKind.Split) { Replicas = Side(), For = Ticks(150) });
        Know(300, tick => new Fault(tick, FaultKind.Links) { Links = SomeLinks(), For = Ticks(150) });
        Know(300, tick => new Fault(tick, FaultKind.Mute) { Replicas = AnyoneOrLeader(), For = Ticks(150) });
        Know(300, tick => new Fault(tick, FaultKind.Deaf) { Replicas = AnyoneOrLeader(), For = Ticks(150) });
        Know(300, tick => new Fault(tick, FaultKind.Split) { Replicas = Leader(), For = Ticks(150) });
        Know(400, tick => new Fault(tick, FaultKind.Ring) { Replicas = Everyone(), For = Ticks(250) });
        Know(400, tick => new Fault(tick, FaultKind.Bridge) { Replicas = Everyone(), For = Ticks(250) });
        Know(400, tick => new Fault(tick, FaultKind.Network) { Network = BadNetwork(), For = Ticks(200) });
        Know(200, tick => new Fault(tick, FaultKind.Clients) { Clients = BadClients(), For = Ticks(200) });
        Know(300, tick => new Fault(tick, FaultKind.OutOfReach) { Replicas = AnyoneOrLeader(), For = Ticks(150) });

        // What an operator does has dice of its own, so that it disturbs the rest little.
        var dice = cluster.Streams.Of("operator");
        Know(200, tick => new Fault(tick, FaultKind.Transfer) { Replicas = [Fault.Leader], Amount = dice.Next(_cluster.Replicas.Count + 1) }, dice);
        var restores = cluster.Streams.Of("restores");
        Know(600, tick => new Fault(tick, FaultKind.Restore), restores);
        Know(400, tick => new Fault(tick, FaultKind.Stop) { Replicas = [dice.Next(_cluster.Replicas.Count + 1)], For = dice.Next(1, 100 * VirtualTime.Tick) }, dice);

        var moves = cluster.Streams.Of("moves");
        Know(300, tick => new Fault(tick, FaultKind.Move) { Replicas = [moves.Next(_cluster.Replicas.Count + 1)], Amount = moves.Next(2), For = moves.Next(1, 60 * VirtualTime.Tick) }, moves);

        var midway = cluster.Streams.Of("disks in changes");
        if (midway.Next(3) == 0)
        {
            Know(150, tick => new Fault(tick, FaultKind.TakeOut) { Replicas = [midway.Next(_cluster.Replicas.Count + 1)], For = midway.Next(1, 80 * VirtualTime.Tick) }, midway);
            Know(150, tick => new Fault(tick, FaultKind.EmptyDisk) { Replicas = [midway.Next(_cluster.Replicas.Count + 1)], For = midway.Next(1, 40 * VirtualTime.Tick) }, midway);
        }

        // Where stop-signs are split from the others, members come and go all the time.
        var splits = cluster.Streams.Of("stop-sign splits of plans");
        if (cluster.Options.Replicas >= 5 && splits.Next(4) == 0)
        {
            _kinds.Add((splits, 60, tick => new Fault(tick, FaultKind.StopSignSplit) { Amount = splits.Next(20, 90), For = splits.Next(1, 200 * VirtualTime.Tick) }));
            _kinds.Add((splits, 40, tick => new Fault(tick, FaultKind.TakeOut) { Replicas = [splits.Next(_cluster.Replicas.Count + 1)], For = splits.Next(1, 60 * VirtualTime.Tick) }));
        }

        var store = cluster.Streams.Of("store errors");
        Know(150, tick => new Fault(tick, FaultKind.StoreError)
        {
            Replicas = [store.Next(_cluster.Replicas.Count + 1)],
            Amount = store.Next(2) == 0 ? store.Next(1, 12) : -store.Next(1, 4),
            For = store.Next(1, 200 * VirtualTime.Tick),
        }, store);

        if (WrongStates.AreKnown(cluster.Options))
        {
            var wrong = cluster.Streams.Of("wrong states");
            Know(200, tick => new Fault(tick, FaultKind.WrongState) { Replicas = [wrong.Next(_cluster.Replicas.Count + 1)], Amount = wrong.Next(4), For = wrong.Next(1, 60 * VirtualTime.Tick) }, wrong);
        }
    }

    /// <summary>The faults that begin with a tick: none before the first slot is chosen, for a cluster that never gets going
    /// shows nothing.</summary>
    public IEnumerable<Fault> At(int tick)
    {
        foreach (var (dice, everyTicks, draw) in _kinds)
        {
            if (dice.Next(everyTicks) == 0 && tick >= _firstTick && _cluster.Checker.Chosen > 0)
            {
                yield return draw(tick);
            }
        }
    }

    private void Know(int everyTicks, Func<int, Fault> draw) => Know(everyTicks, draw, _random);

    private void Know(int everyTicks, Func<int, Fault> draw, Random dice)
    {
        if (dice.Next(2) == 0)
        {
            _kinds.Add((dice, _rarity * Math.Max(10, dice.Next(everyTicks)), draw));
        }
    }

    private int Ticks(int max) => _random.Next(1, max * VirtualTime.Tick);

    // Now and then longer than anybody waits for anything.
    private int Pause() => Ticks(_random.Next(5) == 0 ? 600 : 120);

    private int[] Anyone() => [_random.Next(1, _cluster.Replicas.Count + 1)];

    private int[] Leader() => _cluster.Leader is { } leader ? [leader.Id.Number] : Anyone();

    private int[] AnyoneOrLeader() => _random.Next(2) == 0 ? Anyone() : Leader();

    private int[] Everyone()
    {
        int[] all = [.. _cluster.Replicas.Select(replica => replica.Id.Number)];
        _random.Shuffle(all);
        return all;
    }

    private int[] Side() => Everyone()[.._random.Next(1, _cluster.Replicas.Count)];

    private string[] SomeLinks()
    {
        var percent = _random.Next(60);
        return [.. from one in _cluster.Replicas
                   from other in _cluster.Replicas
                   where one != other && _random.Next(100) < percent
                   select $"{one.Id.Number}>{other.Id.Number}"];
    }

    private NetworkOptions BadNetwork() => new()
    {
        LossPercent = _random.Next(2) * _random.Next(40),
        DuplicatePercent = _random.Next(2) * _random.Next(40),
        DelayMax = 200 + (_random.Next(2) * _random.Next(4000)),
        StragglePercent = _random.Next(2) * _random.Next(10),
        StraggleMax = _stragglers.Next(2) == 0 ? 40 * VirtualTime.Tick : 600 * VirtualTime.Tick,
    };

    private ClientLinkOptions BadClients() => new()
    {
        RefusedPercent = _random.Next(2) * _random.Next(30),
        RequestLostPercent = _random.Next(2) * _random.Next(30),
        ReplyLostPercent = _random.Next(2) * _random.Next(40),
        SilentPercent = _random.Next(2) * _random.Next(100),
        DelayMax = 100 + (_random.Next(2) * _random.Next(3000)),
    };
}
