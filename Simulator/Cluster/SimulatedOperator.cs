using PaxosWcf.Consensus;
using PaxosWcf.Replication;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Simulator;

/// <summary>Does what an operator does at the console: looks at the leader from time to time, readmits a replica whose disk is
/// another, takes one out that is to go, and back in.</summary>
internal sealed class SimulatedOperator
{
    private const int EveryTicks = 7;

    // As the host's door does: a change that a replica holds for longer is called off, as far as it can be.
    private const int PatienceTicks = 60;

    // How long a replica whose state is wrong stays as it is, at most.
    private const int WrongTicksMax = 100;

    private readonly SimulatedCluster _cluster;
    private readonly HashSet<ReplicaId> _out = [];
    private readonly HashSet<ReplicaId> _lost = [];
    private readonly Dictionary<ReplicaId, long> _diverged = [];
    private readonly Random _random;
    private bool _looks;
    private long _askedFor;
    private long _openUntil;

    public SimulatedOperator(SimulatedCluster cluster)
    {
        _cluster = cluster;
        _random = cluster.Streams.Of("wrong disks");
    }

    /// <summary>Changes that were put to a leader.</summary>
    public int Asked { get; private set; }

    /// <summary>Changes that are in force.</summary>
    public int Done { get; private set; }

    /// <summary>Whether there ever was anything to do.</summary>
    public bool HasWork => _looks;

    /// <summary>Whether every disk is that of a member, nobody is to go, and no change is under way. Only so many disks may be
    /// lost at once as there may be failures, and whoever goes is one: one at a time is enough to show what there is to
    /// show.</summary>
    public bool IsAtRest => AllAreIn && _askedFor <= _cluster.Checker.LatestConfiguration;

    /// <summary>Whether a disk with a wrong state stays as it is until writes go past a change that may yet come into force.</summary>
    public bool WaitsForWrites => _diverged.Count > 0 && _cluster.Checker.MayBeReconfigured;

    /// <summary>Whether every disk is right, and no more than one of five replicas is out or about to be.</summary>
    public bool MayLoseInAChange => _diverged.Count == 0 && _lost.Count == 0 && _cluster.Replicas.Count - _out.Count >= 4 && LatestVoters >= 4;

    private int LatestVoters => _cluster.Replicas.Where(replica => replica.IsUp).Select(replica => replica.Driver!.Replica.Configuration)
        .MaxBy(configuration => configuration.Number)?.Quorum.Members.Count ?? 0;

    private bool AllAreIn => _diverged.Count == 0 && _lost.Count == 0 && _out.Count == 0;

    /// <summary>Whether every replica is a voter again, under a configuration that somebody leads.</summary>
    public bool IsContent => _cluster.Time.Now > _openUntil && AllAreIn && _cluster.Leader is { } leader
        && InForce(leader) is { } configuration && !leader.Driver!.Replica.Leading!.Changes
        && _cluster.Replicas.All(replica => IsVoter(replica, configuration));

    /// <summary>A disk was lost or set back.</summary>
    public void OnDiskLost(SimulatedReplica replica)
    {
        _lost.Add(replica.Id);
        Look();
    }

    /// <summary>Whether a replica that has found its state wrong is given another disk.</summary>
    public bool ReplacesWrongDisks { get; set; }

    /// <summary>A replica has found its state wrong: its disk is to be another one.</summary>
    public void OnDiverged(SimulatedReplica replica)
    {
        if (!ReplacesWrongDisks)
        {
            return;
        }

        _diverged.Add(replica.Id, _cluster.Time.Now + _random.Next(WrongTicksMax * VirtualTime.Tick));
        Look();
    }

    /// <summary>A replica is to be no member until it is told otherwise.</summary>
    public void TakeOut(SimulatedReplica replica)
    {
        _out.Add(replica.Id);
        Look();
    }

    /// <summary>It is to be a voter again.</summary>
    public void BringBack(SimulatedReplica replica) => _out.Remove(replica.Id);

    // Nothing at all happens in runs where nothing is lost or changed.
    private void Look()
    {
        if (!_looks)
        {
            _looks = true;
            PlanLook();
        }
    }

    private void PlanLook() => _cluster.Time.After(EveryTicks * VirtualTime.Tick, () =>
    {
        ReplaceWrongDisk();
        if (_cluster.Leader is { IsPaused: false } leader && InForce(leader) is { } configuration)
        {
            _lost.RemoveWhere(id => IsVoter(_cluster.Replica(id.Number), configuration));
            if (Wanted(configuration) is { } change)
            {
                Ask(leader, change);
            }
        }

        PlanLook();
    });

    // One at a time, as with any disk that is lost; and nobody is about to go meanwhile.
    private void ReplaceWrongDisk()
    {
        var isSettled = _cluster.Time.Now > _openUntil && !_cluster.Checker.MayBeReconfigured;
        if (_lost.Count > 0 || _out.Count > 0 || !(isSettled || _askedFor <= _cluster.Checker.LatestConfiguration))
        {
            return;
        }

        foreach (var id in _diverged.Where(wrong => wrong.Value <= _cluster.Time.Now).Select(wrong => wrong.Key).Take(1).ToArray())
        {
            var replica = _cluster.Replica(id.Number);
            _diverged.Remove(id);
            replica.LoseDisk();
            OnDiskLost(replica);
            replica.Start();
        }
    }

    // The configuration that a leader leads under, or null when it does not know the latest one.
    private Configuration? InForce(SimulatedReplica leader) =>
        leader.Driver!.Replica.Configuration is var configuration && configuration.Number == _cluster.Checker.LatestConfiguration
            ? configuration
            : null;

    private static bool IsVoter(SimulatedReplica replica, Configuration configuration) =>
        replica is { IsUp: true, Driver.Divergence: null } && replica.Driver.Replica.Standing == Standing.Voter
        && configuration.Find(replica.Id) is { IsVoter: true } member && member.Incarnation == replica.Incarnation;

    private MembershipChange? Wanted(Configuration configuration)
    {
        foreach (var replica in _cluster.Replicas.Where(replica => replica.IsUp))
        {
            var address = SimulatedAddresses.Text(replica.Address);
            var member = configuration.Find(replica.Id);
            MembershipChange? change = (member, _out.Contains(replica.Id)) switch
            {
                (null, true) => null,
                (null, false) => new AddLearner(replica.Id, replica.Incarnation, address),
                (_, true) => _lost.Count == 0 && _diverged.Count == 0 && !_cluster.Wrong.Any ? new Remove(replica.Id) : null,
                var (known, _) when known.Incarnation != replica.Incarnation => replica.Id.Number % 2 == 0 && known.Addresses == address
                    ? new Readmit(replica.Id, replica.Incarnation)
                    : new Replace(replica.Id, replica.Incarnation, address),
                ({ IsVoter: false }, _) => new Promote(replica.Id),
                _ => null,
            };
            if (change is not null)
            {
                return change;
            }
        }

        return null;
    }

    private void Ask(SimulatedReplica leader, MembershipChange change)
    {
        Asked++;
        var before = _askedFor;
        _askedFor = Math.Max(_askedFor, leader.Driver!.Replica.Configuration.Number + 1);
        var caller = new Caller(this, change);
        _openUntil = _cluster.Time.Now + ((PatienceTicks + EveryTicks) * VirtualTime.Tick);
        _cluster.Time.After(PatienceTicks * VirtualTime.Tick, () => leader.Post(new CommandGivenUp(caller)));
        leader.Post(new ChangeRequested(
            change, caller, refusal => OnRefused(change, refusal.Why, before)));
    }

    private void OnRefused(MembershipChange change, string why, long askedForBefore)
    {
        _askedFor = askedForBefore;
        _cluster.Write($"[OPERATOR] {change} refused: {why}");
    }

    private sealed class Caller(SimulatedOperator owner, MembershipChange change) : ICommandCaller
    {
        public void OnAnswer(CommandAnswer answer)
        {
            owner._cluster.Write($"[OPERATOR] {change}: {answer}");
            owner.Done += answer is ConfigurationDone { IsInForce: true } ? 1 : 0;
        }

        public void OnRefused(Refusal refusal) => owner._cluster.Write($"[OPERATOR] {change} came to nothing: {refusal}");
    }
}
