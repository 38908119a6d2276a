namespace PaxosWcf.Simulator;

/// <summary>Lets faults happen, each at the beginning of its tick: drawn ones or those of a schedule, in the very same way, so
/// that a run and its recorded schedule are one and the same.</summary>
internal sealed class Nemesis
{
    private readonly SimulatedCluster _cluster;
    private readonly FaultExecutor _executor;
    private readonly Func<int, IEnumerable<Fault>> _faultsAt;
    private int _tick;
    private bool _rests;

    /// <param name="cluster">Whom it befalls.</param>
    /// <param name="executor">Carries faults out.</param>
    /// <param name="schedule">The faults; null: they are drawn.</param>
    public Nemesis(SimulatedCluster cluster, FaultExecutor executor, IReadOnlyList<Fault>? schedule)
    {
        _cluster = cluster;
        _executor = executor;
        _faultsAt = schedule is null ? new FaultDealer(cluster).At : schedule.ToLookup(fault => fault.Tick).At;
        PlanTick();
    }

    /// <summary>Ends all harm; what is down stays down until it is brought back.</summary>
    public void Rest()
    {
        _rests = true;
        _executor.Rest();
    }

    private void PlanTick() => _cluster.Time.After(VirtualTime.Tick, () =>
    {
        if (_rests)
        {
            return;
        }

        _tick++;
        foreach (var fault in _faultsAt(_tick))
        {
            _executor.Begin(fault);
        }

        PlanTick();
    });
}

file static class ScheduleLookup
{
    public static IEnumerable<Fault> At(this ILookup<int, Fault> schedule, int tick) => schedule[tick];
}
