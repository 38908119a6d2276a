using PaxosWcf.Consensus;

namespace PaxosWcf.Simulator;

/// <summary>Does harm at random. Which kinds, and how often, is drawn from the seed: some runs are nearly calm, some are
/// brutal ("swarm testing").</summary>
internal sealed class Nemesis
{
    private readonly SimulatedCluster _cluster;
    private readonly Random _random;
    private readonly List<(int EveryTicks, Action Harm)> _harms = [];
    private bool _rests;

    public Nemesis(SimulatedCluster cluster, Random random)
    {
        _cluster = cluster;
        _random = random;
        Draw(300, () => DownFor(Anyone(), replica => replica.Crash()));
        Draw(300, () => DownFor(Anyone(), replica => replica.CrashSoon(_random.Next(1, 12))));
        Draw(300, () => DownFor(_cluster.Leader ?? Anyone(), replica => replica.CrashSoon(_random.Next(1, 12))));
        Draw(600, () => DownFor(Anyone(), replica => replica.FailDisk()));
        Draw(1500, CrashAll);
        Draw(300, () => Pause(Anyone()));
        Draw(300, () => Pause(_cluster.Leader ?? Anyone()));
        Draw(200, FailAcceptor);
        Draw(200, Partition);
        Draw(200, CutSomeLinks);
        Draw(400, () => Isolate(_cluster.Leader ?? Anyone()));
        Draw(400, ChangeWeather);
        PlanTick();
    }

    /// <summary>Ends all harm; what is down stays down until it is brought back.</summary>
    public void Rest() => _rests = true;

    private void Draw(int everyTicks, Action harm)
    {
        if (_random.Next(2) == 0)
        {
            _harms.Add((Math.Max(10, _random.Next(everyTicks)), harm));
        }
    }

    private void PlanTick() => _cluster.Time.After(VirtualTime.Tick, () =>
    {
        if (_rests)
        {
            return;
        }

        foreach (var (everyTicks, harm) in _harms)
        {
            if (_random.Next(everyTicks) == 0)
            {
                harm();
            }
        }

        PlanTick();
    });

    private SimulatedReplica Anyone() => _cluster.Replicas[_random.Next(_cluster.Replicas.Count)];

    private void Later(int ticksMax, Action action) => _cluster.Time.After(_random.Next(1, ticksMax * VirtualTime.Tick), () =>
    {
        if (!_rests)
        {
            action();
        }
    });

    private void DownFor(SimulatedReplica replica, Action<SimulatedReplica> harm)
    {
        harm(replica);
        Later(100, replica.Start);
    }

    private void CrashAll()
    {
        foreach (var replica in _cluster.Replicas)
        {
            DownFor(replica, down => down.Crash());
        }
    }

    private void Pause(SimulatedReplica replica)
    {
        if (replica.IsUp && !replica.IsPaused)
        {
            replica.Pause();
            Later(120, replica.Resume);
        }
    }

    private void FailAcceptor()
    {
        var replica = Anyone();
        replica.SwitchAcceptor(up: false);
        Later(100, () => replica.SwitchAcceptor(up: true));
    }

    private void Partition()
    {
        _cluster.Write("[PARTITION]");
        var sides = _cluster.Replicas.ToDictionary(replica => replica.Id, _ => _random.Next(2));
        ForEachLink((from, to) => sides[from] != sides[to]);
    }

    private void CutSomeLinks()
    {
        _cluster.Write("[LINKS CUT]");
        var percent = _random.Next(60);
        ForEachLink((_, _) => _random.Next(100) < percent);
    }

    private void Isolate(SimulatedReplica replica)
    {
        _cluster.Write($"[ISOLATED] {replica.Id}");
        var (hears, speaks) = (_random.Next(3) == 0, _random.Next(3) == 0);
        ForEachLink((from, to) => (from == replica.Id && !speaks) || (to == replica.Id && !hears));
    }

    private void ForEachLink(Func<ReplicaId, ReplicaId, bool> isCut)
    {
        foreach (var from in _cluster.Replicas)
        {
            foreach (var to in _cluster.Replicas)
            {
                if (isCut(from.Id, to.Id))
                {
                    _cluster.Network.CutOneWay(from.Id, to.Id);
                }
            }
        }

        Later(150, _cluster.Network.Mend);
    }

    private void ChangeWeather()
    {
        _cluster.Network.Options = new NetworkOptions
        {
            LossPercent = _random.Next(2) * _random.Next(40),
            DuplicatePercent = _random.Next(2) * _random.Next(40),
            DelayMax = 200 + (_random.Next(2) * _random.Next(4000)),
            StragglePercent = _random.Next(2) * _random.Next(10),
        };
        Later(200, () => _cluster.Network.Options = NetworkOptions.Calm);
    }
}
