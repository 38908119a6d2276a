using PaxosWcf.Consensus;

namespace PaxosWcf.Simulator;

/// <summary>Makes a failing run small: fewer faults (by halves, then one by one: Zeller's ddmin), fewer clients, fewer
/// steps, and defaults and calm wherever they make no difference. What is left still breaks a rule of the same kind.</summary>
public sealed class Shrinker
{
    private const int RoundsMax = 4;
    private const int StepsRoom = 4;

    private readonly Func<RunPlan, SimulationException?> _run;
    private readonly int _runsMax;
    private SimulationException _failure;
    private RunPlan _best;

    /// <param name="failing">A plan with its faults, that fails.</param>
    /// <param name="failure">How it fails.</param>
    /// <param name="run">Runs a plan; null when every rule held.</param>
    /// <param name="runsMax">How many runs it may take. More: a smaller schedule.</param>
    public Shrinker(RunPlan failing, SimulationException failure, Func<RunPlan, SimulationException?> run, int runsMax)
    {
        (_run, _runsMax, _failure, _best) = (run, runsMax, failure, failing);
        Keep(failing, failure);
    }

    /// <summary>How many runs it took.</summary>
    public int Runs { get; private set; }

    /// <summary>How the smallest plan fails.</summary>
    public SimulationException Failure => _failure;

    /// <summary>Returns the smallest plan that was found.</summary>
    public RunPlan Shrink()
    {
        // A run with fewer faults gets more done, and so needs more steps to come to the same moment: they are cut last.
        Try(_best with { Steps = _best.Steps * StepsRoom });
        for (var round = 0; round < RoundsMax && ShrinkOnce(); round++)
        {
        }

        TakeFewerSteps();
        return _best with { Steps = Math.Max(1, Math.Min(_best.Steps, _failure.Step)) };
    }

    private bool ShrinkOnce()
    {
        var before = _best;
        RemoveFaults();
        TakeFewerClients();
        TakeDefaults();
        ShortenFaults();
        return !ReferenceEquals(before, _best) && Runs < _runsMax;
    }

    private void RemoveFaults()
    {
        for (var size = Faults.Count; size >= 1; size /= 2)
        {
            for (var at = 0; at < Faults.Count;)
            {
                Fault[] fewer = [.. Faults.Take(at), .. Faults.Skip(at + size)];
                if (!Try(_best with { Faults = fewer }))
                {
                    at += size;
                }
            }
        }
    }

    private void TakeFewerClients()
    {
        for (var clients = 1; clients < _best.Clients.Clients; clients *= 2)
        {
            if (Try(_best with { Clients = _best.Clients with { Clients = clients } }))
            {
                return;
            }
        }
    }

    private void TakeDefaults()
    {
        var usual = new ClusterOptions();
        var patient = new ClientPlan();
        TryCluster(c => c with { Network = NetworkOptions.Calm });
        TryCluster(c => c with { DriftPercentMax = 0 });
        TryCluster(c => c with { StoreBytesMax = 0 });
        TryCluster(c => c with { MergesMessages = false });
        TryCluster(c => c with { AnswersFindTheirCall = false });
        TryCluster(c => c with { KibTimeMax = 0 });
        TryCluster(c => c with { FlushesSlowly = false });
        TryCluster(c => c with { AnswersEndCalls = false });
        TryCluster(c => c with { FlushTimeMax = usual.FlushTimeMax });
        TryCluster(c => c with { BatchTimeMax = usual.BatchTimeMax });
        TryCluster(c => c with { Consensus = new ConsensusOptions() });
        TryClients(c => c with { LeasingUsers = 0 });
        TryClients(c => c with { ForeignUsers = 0 });
        TryClients(c => c with { WatchingUsers = 0 });
        TryClients(c => c with { Watchers = 0 });
        TryClients(c => c with { Links = ClientLinkOptions.Calm });
        TryClients(c => c with { Keys = 1 });
        TryClients(c => c with { PauseMax = patient.PauseMax });
        TryClients(c => c with
        {
            AttemptTicks = patient.AttemptTicks,
            OperationTicks = patient.OperationTicks,
            RequestTicks = patient.RequestTicks,
            ClosesConnections = patient.ClosesConnections,
        });
    }

    private void TryCluster(Func<ClusterOptions, ClusterOptions> simpler)
    {
        var cluster = simpler(_best.Cluster);
        if (cluster != _best.Cluster)
        {
            Try(_best with { Cluster = cluster });
        }
    }

    private void TryClients(Func<ClientPlan, ClientPlan> simpler)
    {
        var clients = simpler(_best.Clients);
        if (clients != _best.Clients)
        {
            Try(_best with { Clients = clients });
        }
    }

    private void TakeFewerSteps()
    {
        for (var steps = _best.Steps / 2; steps > 0 && Try(_best with { Steps = steps }); steps = _best.Steps / 2)
        {
        }
    }

    private void ShortenFaults()
    {
        for (var place = 0; place < Faults.Count; place++)
        {
            for (var shorter = Shorter(place); shorter is not null && Try(shorter); shorter = Shorter(place))
            {
            }
        }
    }

    private RunPlan? Shorter(int place)
    {
        if (Faults[place].For <= VirtualTime.Tick)
        {
            return null;
        }

        Fault[] faults = [.. Faults];
        faults[place] = faults[place] with { For = faults[place].For / 2 };
        return _best with { Faults = faults };
    }

    private IReadOnlyList<Fault> Faults => _best.Faults ?? [];

    private bool Try(RunPlan plan)
    {
        if (Runs >= _runsMax)
        {
            return false;
        }

        Runs++;
        if (_run(plan) is not { } failure || failure.Rule != _failure.Rule)
        {
            return false;
        }

        Keep(plan, failure);
        return true;
    }

    // Faults that begin after the failure play no part in it.
    private void Keep(RunPlan plan, SimulationException failure)
    {
        _failure = failure;
        _best = plan with
        {
            Faults = [.. (plan.Faults ?? []).Where(fault => fault.Tick <= failure.Tick)],
        };
    }
}
