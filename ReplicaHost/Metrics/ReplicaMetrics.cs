using System.Diagnostics.Metrics;
using PaxosWcf.ReplicaHost.Hosting;
using PaxosWcf.Replication;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.ReplicaHost.Metrics;

/// <summary>What a replica can be measured by: a meter of its own, for dotnet-counters and any OpenTelemetry exporter. It keeps nothing and asks
/// nobody: it reads what others publish for any thread, and only when somebody looks.</summary>
internal sealed class ReplicaMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "PaxosWcf.ReplicaHost";

    /// <summary>Name of the meter's tag that says which replica it is.</summary>
    public const string ReplicaTag = "replica";

    /// <summary>Makes the meter, and what is counted as it happens; what is looked at comes with <see cref="Observe"/>.</summary>
    /// <param name="self">The replica: its id is the meter's tag <see cref="ReplicaTag"/>.</param>
    /// <param name="context">Of the calls.</param>
    public ReplicaMetrics(ReplicaIdentity self, ICallContext context)
    {
        Meter = new Meter(new MeterOptions(MeterName) { Version = self.ProgramVersion, Tags = [new(ReplicaTag, self.Id)] });
        Calls = new CallMetrics(Meter, context);
        Work = new WorkMetrics(Meter);
    }

    /// <summary>The meter: the replica's own, and this one's to dispose.</summary>
    public Meter Meter { get; }

    /// <summary>Counts clients' calls.</summary>
    public CallMetrics Calls { get; }

    /// <summary>Measures what the replica does by itself.</summary>
    public WorkMetrics Work { get; }

    /// <summary>Has what others publish be looked at.</summary>
    /// <param name="driver">Knows how the replica is.</param>
    /// <param name="quota">Knows what its store takes.</param>
    /// <param name="disk">Knows what its disk has.</param>
    /// <param name="elections">Counts them.</param>
    /// <param name="peersAnswering">How many other members answer.</param>
    /// <param name="callsInFlight">How many calls are under way at the client address.</param>
    public void Observe(
        ReplicaDriver driver, StoreQuota quota, DiskRoom disk, ElectionCount elections, Func<int> peersAnswering, Func<int> callsInFlight)
    {
        ObserveState(driver.Machine);
        ObserveRoles(driver.Figures, elections);
        Gauge("paxoswcf.replica.store.usage", "By", "Size of the store's files, as measured each second.", () => quota.BytesUsed);
        Gauge("paxoswcf.replica.store.limit", "By", "At this size puts are refused; 0: there is no limit.", () => quota.BytesMax);
        Gauge("paxoswcf.replica.disk.free", "By", "What the disk of the data directory has free, as measured each second.", () => disk.BytesFree);
        Gauge("paxoswcf.replica.disk.size", "By", "How large that disk is.", () => disk.BytesSize);
        Gauge("paxoswcf.replica.peers.answering", "{peer}", "Other members that answered their last call.", () => peersAnswering());
        Gauge("paxoswcf.replica.call.active", "{call}", "Calls under way at the client address.", () => callsInFlight());
        Gauge("paxoswcf.replica.watch.waiting", "{call}", "Calls that watch and wait here for a change.", () => driver.Figures.WaitingWatches);
    }

    /// <summary>From now on nothing of this replica is measured.</summary>
    public void Dispose() => Meter.Dispose();

    private void ObserveState(KeyValueStateMachine machine)
    {
        Gauge("paxoswcf.replica.applied_slot", "{slot}", "The state is applied through this slot.", () => machine.Numbers.AppliedThrough.Number);
        Gauge("paxoswcf.replica.revision", "{revision}", "Revision of the state.", () => machine.Numbers.Revision);
        Gauge("paxoswcf.replica.keys", "{key}", "Keys in the state.", () => machine.Numbers.Keys);
        Gauge("paxoswcf.replica.leases", "{lease}", "Leases in the state.", () => machine.LeaseCount);
    }

    private void ObserveRoles(ReplicaFigures figures, ElectionCount elections)
    {
        Gauge("paxoswcf.replica.known_slot", "{slot}", "The furthest slot that is known to be chosen anywhere.", () => figures.KnownThrough);
        Gauge("paxoswcf.replica.leads", "1", "1 while this replica leads, else 0.", () => figures.Leads ? 1 : 0);
        Gauge("paxoswcf.replica.fenced", "1", "1 while this replica takes no commands of clients, whoever leads, else 0.", () => figures.IsFenced ? 1 : 0);
        Gauge("paxoswcf.replica.pending_commands", "{command}", "Commands that were proposed here and are not learned yet.", () => figures.PendingCommands);
        Meter.CreateObservableCounter("paxoswcf.replica.elections", () => elections.Elections, "{election}", "How often this replica asked to lead.");
        Meter.CreateObservableCounter(
            "paxoswcf.replica.leader_changes", () => elections.LeaderChanges, "{change}", "How often this replica began to lead, or to follow another leader.");
    }

    private void Gauge(string name, string unit, string description, Func<long> read) => Meter.CreateObservableGauge(name, read, unit, description);
}
