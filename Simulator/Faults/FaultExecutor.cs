using System.Diagnostics;
using PaxosWcf.Consensus;
using PaxosWcf.History;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Simulator;

/// <summary>Does what faults say, takes it back when they are over, and keeps them for a schedule.</summary>
internal sealed class FaultExecutor(SimulatedCluster cluster, ClientLinks links, HistoryRecorder history)
{
    private readonly List<Fault> _executed = [];
    private readonly HashSet<FaultKind> _made = [];
    private StopSignSplit? _stopSignSplit;
    private bool _rests;

    /// <summary>All faults so far, in order.</summary>
    public IReadOnlyList<Fault> Executed => _executed;

    /// <summary>The kinds that did what they say: those that a rule forbade each time are not among them.</summary>
    public IReadOnlySet<FaultKind> Made => _made;

    /// <summary>How many disks were lost in the midst of a change, or while their replicas were no voters.</summary>
    public int LostInChanges { get; private set; }

    /// <summary>Does no more harm, and takes nothing back any more: somebody else sees to that.</summary>
    public void Rest() => _rests = true;

    /// <summary>Begins a fault.</summary>
    public void Begin(Fault fault)
    {
        _executed.Add(fault);
        var name = Fault.Name(fault.Kind);
        cluster.Write($"[FAULT] {fault}");
        history.Nemesis(name, starts: true);
        if (!IsUnderRules(fault.Kind))
        {
            _made.Add(fault.Kind);
        }

        var end = Do(fault, [.. fault.Replicas.Select(Resolve)]);
        cluster.Time.After(Math.Max(1, fault.For), () =>
        {
            if (!_rests)
            {
                cluster.Write($"[OVER] {name} of tick {fault.Tick}");
                history.Nemesis(name, starts: false);
                end();
            }
        });
    }

    // These are left undone where more would be lost than anybody could bear, and count when they are done.
    private static bool IsUnderRules(FaultKind kind) =>
        kind is FaultKind.EmptyDisk or FaultKind.Move or FaultKind.SetBackDisk or FaultKind.WrongState or FaultKind.Restore or FaultKind.StopSignSplit;

    private int Resolve(int number) => number != Fault.Leader ? number : (cluster.Leader ?? cluster.Replica(1)).Id.Number;

    // Returns how it is taken back.
    private Action Do(Fault fault, int[] named)
    {
        SimulatedReplica[] replicas = [.. named.Select(cluster.Replica)];
        return fault.Kind switch
        {
            FaultKind.Crash => Each(replicas, r => r.Crash(), r => r.Start()),
            FaultKind.PowerCut => Each(replicas, r => r.CrashSoon(Math.Max(1, fault.Amount)), r =>
            {
                r.SparePower();
                r.Start();
            }),
            FaultKind.DiskError => Each(replicas, r => r.FailDisk(), r =>
            {
                r.SpareDisk();
                r.Start();
            }),
            FaultKind.StoreError => Each(replicas, r => r.FailStore(fault.Amount), r =>
            {
                r.SpareStore();
                r.Start();
            }),
            FaultKind.EmptyDisk => Each(replicas, EmptyDisk, r => r.Start()),
            FaultKind.Move => Each(replicas, r => Move(r, fault.Amount > 0), r => r.Start()),
            FaultKind.SetBackDisk => SetBack([.. replicas.Where(r => !cluster.Wrong.Has(r.Id)).Select(r => (r, r.Store.Image()))]),
            FaultKind.WrongState => Each(replicas, r => MakeWrong(r, fault.Amount), r => r.Start()),
            FaultKind.TakeOut => Each(replicas, cluster.Operator.TakeOut, cluster.Operator.BringBack),
            FaultKind.SlowDisk => Each(replicas, r => r.FlushTimeMax = fault.Amount, r => r.FlushTimeMax = cluster.Options.FlushTimeMax),
            FaultKind.Pause => Each(replicas, r => r.Pause(), r => r.Resume()),
            FaultKind.Drift => Each(replicas, r => r.DriftPercent = fault.Amount, r => r.DriftPercent = r.UsualDriftPercent),
            FaultKind.Acceptor => Each(replicas, r => r.SwitchAcceptor(up: false), r => r.SwitchAcceptor(up: true)),
            FaultKind.Transfer => Each(replicas, r => r.HandOver(fault.Amount), _ => { }),
            FaultKind.Stop => Each(replicas, r => r.Stop(), r => r.Start()),
            FaultKind.Restore => Once(BeginRestore),
            FaultKind.StopSignSplit => StopSigns.Begin(Math.Max(1, fault.Amount)),
            FaultKind.OutOfReach => Each(replicas, r => r.IsOutOfReach = true, r => r.IsOutOfReach = false),
            FaultKind.Network => Weather(fault.Network!),
            FaultKind.Clients => Weather(fault.Clients!),
            FaultKind.Split or FaultKind.Mute or FaultKind.Deaf or FaultKind.Ring or FaultKind.Bridge or FaultKind.Links =>
                Cut([.. LinkShapes.Of(fault, named, cluster.Replicas.Count)]),
            _ => throw new UnreachableException($"a fault of kind {fault.Kind}"),
        };
    }

    private StopSignSplit StopSigns => _stopSignSplit ??= new StopSignSplit(cluster, () => _rests, () => _made.Add(FaultKind.StopSignSplit));

    private static Action Each(SimulatedReplica[] replicas, Action<SimulatedReplica> harm, Action<SimulatedReplica> repair)
    {
        Array.ForEach(replicas, harm);
        return () => Array.ForEach(replicas, repair);
    }

    private static Action Once(Action action)
    {
        action();
        return () => { };
    }

    private void BeginRestore()
    {
        if (cluster.Restore.Begin())
        {
            _made.Add(FaultKind.Restore);
        }
    }

    private void EmptyDisk(SimulatedReplica replica)
    {
        var isAtRest = DiskRules.MayLose(cluster, replica);
        if (isAtRest || DiskRules.MayLoseInAChange(cluster, replica))
        {
            _made.Add(FaultKind.EmptyDisk);
            LostInChanges += isAtRest ? 0 : 1;
            replica.LoseDisk();
            cluster.Operator.OnDiskLost(replica);
        }
    }

    // A client that has heard of nobody's move for long enough would find nobody.
    private void Move(SimulatedReplica replica, bool stays)
    {
        if (links.Plan.MembersTicks > 0 && replica.Id != cluster.Replicas[^1].Id && DiskRules.MayLose(cluster, replica))
        {
            _made.Add(FaultKind.Move);
            replica.Move(stays);
            cluster.Operator.OnDiskLost(replica);
        }
    }

    private void MakeWrong(SimulatedReplica replica, int which)
    {
        if (cluster.Wrong.MayMake(replica) && cluster.Wrong.Make(replica, which))
        {
            _made.Add(FaultKind.WrongState);
        }
    }

    private Action SetBack((SimulatedReplica Replica, MemoryStore Image)[] images) => () =>
    {
        foreach (var (replica, image) in images)
        {
            if (DiskRules.MayLose(cluster, replica) && DiskRules.IsMissed(cluster, replica, image) is var missed and not Missed.Nothing)
            {
                var isOfToday = (new KeyValueStateMachine(image).Configuration ?? cluster.First).Number == cluster.Checker.LatestConfiguration;
                var incarnation = replica.Incarnation;
                _made.Add(FaultKind.SetBackDisk);
                replica.SetDiskBack(image);
                if (isOfToday)
                {
                    cluster.Checker.OnMissed(replica, incarnation, missed);
                }

                cluster.Operator.OnDiskLost(replica);
                replica.Start();
            }
        }
    };

    private Action Cut((int From, int To)[] cut)
    {
        foreach (var (from, to) in cut)
        {
            cluster.Network.CutOneWay(new ReplicaId(from), new ReplicaId(to));
        }

        return () =>
        {
            foreach (var (from, to) in cut)
            {
                cluster.Network.MendOneWay(new ReplicaId(from), new ReplicaId(to));
            }
        };
    }

    private Action Weather(NetworkOptions bad)
    {
        cluster.Network.Options = bad;
        return () => cluster.Network.Options = cluster.Options.Network;
    }

    private Action Weather(ClientLinkOptions bad)
    {
        links.Options = bad;
        return () => links.Options = links.Plan.Links;
    }
}
