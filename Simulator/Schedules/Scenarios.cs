using PaxosWcf.Consensus;
using PaxosWcf.Replication;

namespace PaxosWcf.Simulator;

/// <summary>The scenarios that the console knows.</summary>
public static class Scenarios
{
    private const int Begin = 80;
    private const long Steps = 8000;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [
        Of("leader-dies", "the leader crashes; another is elected, and clients go on elsewhere",
            new Fault(Begin, FaultKind.Crash) { Replicas = [Fault.Leader], For = 200_000 }),
        Of("split-vote", "all lose patience at the same moment and ask around at once; one wins in the end",
            plan => plan with
            {
                Cluster = plan.Cluster with { Consensus = new ConsensusOptions { PatienceTicksMin = 16, PatienceTicksMax = 16 } },
            },
            new Fault(Begin, FaultKind.Crash) { Replicas = [Fault.Leader], For = 200_000 }),
        Of("leader-cut-off", "the leader is cut off: it yields, the others elect another, and its reads wait",
            new Fault(Begin, FaultKind.Split) { Replicas = [Fault.Leader], For = 150_000 }),
        Of("minority-cut", "two replicas are cut off: they answer nothing, and the three others all",
            new Fault(Begin, FaultKind.Split) { Replicas = [1, 2], For = 150_000 }),
        Of("ring", "a partial partition: each replica hears only its two neighbours, and no two see the same majority",
            new Fault(Begin, FaultKind.Ring) { Replicas = [1, 2, 3, 4, 5], For = 200_000 }),
        Of("bridge", "two halves meet only in R3, so only R3 can lead",
            new Fault(Begin, FaultKind.Bridge) { Replicas = [1, 2, 4, 5, 3], For = 200_000 }),
        Of("leader-deaf", "the leader is heard but hears nobody: it must make room",
            new Fault(Begin, FaultKind.Deaf) { Replicas = [Fault.Leader], For = 150_000 }),
        Of("leader-paused", "the leader stands still longer than anybody waits; when it goes on it no longer leads",
            new Fault(Begin, FaultKind.Pause) { Replicas = [Fault.Leader], For = 200_000 }),
        Of("crash-between-persist-and-send", "the leader's power goes between its writes and its messages, three times",
            new Fault(Begin, FaultKind.PowerCut) { Replicas = [Fault.Leader], Amount = 2, For = 60_000 },
            new Fault(Begin + 100, FaultKind.PowerCut) { Replicas = [Fault.Leader], Amount = 3, For = 60_000 },
            new Fault(Begin + 200, FaultKind.PowerCut) { Replicas = [Fault.Leader], Amount = 5, For = 60_000 }),
        Of("disk-fails", "a flush of the leader fails: it stops at once, and answers nothing that it could not keep",
            new Fault(Begin, FaultKind.DiskError) { Replicas = [Fault.Leader], For = 150_000 }),
        Of("all-power-lost", "all five lose their power, with all that was not flushed; nothing that was answered is lost",
            new Fault(Begin, FaultKind.Crash) { Replicas = [1, 2, 3, 4, 5], For = 10_000 },
            new Fault(Begin + 150, FaultKind.Crash) { Replicas = [1, 2, 3, 4, 5], For = 10_000 }),
        Of("slow-disk", "the leader's disk takes eight ticks a flush: four acceptors outrun it, and nobody waits",
            new Fault(Begin, FaultKind.SlowDisk) { Replicas = [Fault.Leader], Amount = 8000, For = 200_000 }),
        Of("acceptors-fail", "two acceptors are silent and lose their memory while their replicas stay up: the coursework's point",
            new Fault(Begin, FaultKind.Acceptor) { Replicas = [1, 2], For = 100_000 },
            new Fault(Begin + 120, FaultKind.Acceptor) { Replicas = [3, 4], For = 100_000 }),
        Of("snapshot", "a replica is away for so long that the log no longer reaches back to it: it fetches another one's state, chunk by "
            + "chunk, crashes in the middle of that, and goes on where it was",
            plan => plan with
            {
                Steps = 2 * Steps,
                Cluster = plan.Cluster with { Storage = new StorageOptions { LogSlotsMax = 4, SnapshotChunkBytesMax = 1 } },
            },
            new Fault(Begin, FaultKind.Crash) { Replicas = [4], For = 250_000 },
            new Fault(Begin + 255, FaultKind.Crash) { Replicas = [4], For = 5_000 }),
        Of("membership", "R2 is taken out of the cluster and comes back as a learner that is promoted; then the same with the leader",
            new Fault(Begin, FaultKind.TakeOut) { Replicas = [2], For = 60_000 },
            new Fault(Begin + 150, FaultKind.TakeOut) { Replicas = [Fault.Leader], For = 60_000 }),
        Of("lost-disk", "R2 comes back with an empty disk: it is fenced until it is readmitted; then R1's disk is set back to what it was "
            + "before: the others remember more, it is fenced too, and replaced",
            new Fault(Begin, FaultKind.EmptyDisk) { Replicas = [2], For = 20_000 },
            new Fault(Begin + 150, FaultKind.SetBackDisk) { Replicas = [1], For = 40_000 }),
        Of("move", "R2 is replaced by another process at another address, then the leader, and whoever led goes on answering where it was: clients hear of "
            + "it, and call the members where they are",
            plan => plan with { Clients = plan.Clients with { MembersTicks = 40 } },
            new Fault(Begin, FaultKind.Move) { Replicas = [2], For = 20_000 },
            new Fault(Begin + 150, FaultKind.Move) { Replicas = [Fault.Leader], Amount = 1, For = 20_000 }),
        Of("restore", "a backup of what is there is restored twice, once while a replica is down: all keys go and come back, and no client "
            + "sees the store without them",
            new Fault(Begin, FaultKind.Restore),
            new Fault(Begin + 100, FaultKind.Crash) { Replicas = [Fault.Leader], For = 60_000 },
            new Fault(Begin + 101, FaultKind.Restore)),
        Of("lossy-network", "a third of all messages lost, a third doubled, many late",
            new Fault(Begin, FaultKind.Network)
            {
                Network = new NetworkOptions { LossPercent = 33, DuplicatePercent = 33, DelayMax = 2000, StragglePercent = 5 }, For = 200_000,
            }),
        Of("answers-lost", "half of all answers never reach their client: it asks again elsewhere, and each write happens once",
            new Fault(Begin, FaultKind.Clients)
            {
                Clients = new ClientLinkOptions { ReplyLostPercent = 50, SilentPercent = 30 }, For = 200_000,
            }),
        Of("leader-hands-over", "leadership goes to whoever has learned everything, then to R3, then to R1, without a pause",
            new Fault(Begin, FaultKind.Transfer) { Replicas = [Fault.Leader] },
            new Fault(Begin + 60, FaultKind.Transfer) { Replicas = [Fault.Leader], Amount = 3 },
            new Fault(Begin + 120, FaultKind.Transfer) { Replicas = [Fault.Leader], Amount = 1 }),
        Of("rolling-restart", "each replica is stopped in order and started again, one after the other; whoever leads hands over first",
            [.. Enumerable.Range(1, 5).Select(number => new Fault(Begin + (60 * number), FaultKind.Stop) { Replicas = [number], For = 40_000 })]),
    ];

    /// <summary>The one of a name; null when there is none.</summary>
    public static Scenario? Find(string name) => All.FirstOrDefault(scenario => scenario.Name == name);

    private static Scenario Of(string name, string shows, params Fault[] faults) => Of(name, shows, plan => plan, faults);

    private static Scenario Of(string name, string shows, Func<RunPlan, RunPlan> with, params Fault[] faults) =>
        new(name, shows, with(new RunPlan(1, Steps) { Clients = new ClientPlan { Clients = 3, PauseMax = 20_000 }, Faults = faults }));
}
