using System.ServiceModel;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Client;

/// <summary>An operator's channel to one replica of a <see cref="FakeCluster"/>; replica 1 leads unless told otherwise.</summary>
internal sealed class FakeControl(FakeCluster cluster, ReplicaPlace place) : IReplicaControl
{
    private readonly int _replica = place.Replica;

    public Task<ReplicaStatus> StatusAsync()
    {
        return cluster.CallAsync(place, "status", null, () => new ReplicaStatus
        {
            ReplicaId = _replica,
            Cluster = cluster.OtherNames.GetValueOrDefault(_replica) ?? "test",
            Incarnation = "i",
            Proposer = _replica == cluster.Members.Leader ? ProposerState.Leading : ProposerState.Idle,
            Leader = cluster.Members.Leader,
            Promised = "1.1",
            Standing = cluster.Standings.GetValueOrDefault(_replica, "Voter"),
            AcceptorUp = true,
            AcceptorFailures = 0,
            LearnedThrough = cluster.Revision,
            AppliedThrough = cluster.Revision,
            Revision = cluster.Revision,
            Keys = 0,
            ServersHash = "h",
            ServersDifferAt = [],
            FaultLabOn = cluster.FaultLabOn,
            ProgramVersion = cluster.Builds.GetValueOrDefault(_replica, "1.0"),
            UptimeMilliseconds = 1000,
            FaultyLinks = [],
            Configuration = cluster.ToldBy(place).Configuration,
            Members = cluster.ToldBy(place).Members,
            LeadsConfiguration = _replica == cluster.Members.Leader,
            Life = cluster.Members.LifeOf(place),
        });
    }

    public Task<TraceReply> TraceAsync(long from) => cluster.CallAsync(_replica, $"trace {from}", null, () => cluster.Trace(_replica, from));

    public Task<LeadershipReport> TransferLeadershipAsync(int? successor)
    {
        return cluster.CallAsync(_replica, $"transfer {successor}", null, () => _replica == 1
            ? new LeadershipReport { ReplicaId = 1, Changed = true, Leader = successor ?? 2 }
            : throw new FaultException<NotLeaderFault>(new NotLeaderFault { ReplicaId = _replica, Leader = 1 }, "not leading"));
    }

    public Task<AcceptorReport> FailAcceptorAsync(int? downMilliseconds)
    {
        return cluster.CallAsync(_replica, $"fail {downMilliseconds}", null, () => Report(false, "[FAULT] acceptor down"));
    }

    public Task<AcceptorReport> ReviveAcceptorAsync()
    {
        return cluster.CallAsync(_replica, "revive", null, () => Report(true, "[RECOVERED] acceptor up"));
    }

    public Task<LinkReport> CutLinkAsync(int peer, LinkDirection direction)
    {
        return cluster.CallAsync(_replica, $"cut {peer} {direction}", null, () => Link(
            peer, direction != LinkDirection.From, direction != LinkDirection.To, 0));
    }

    public Task<LinkReport> DelayLinkAsync(int peer, int milliseconds)
    {
        return cluster.CallAsync(_replica, $"delay {peer} {milliseconds}", null, () => Link(peer, false, false, milliseconds));
    }

    public Task<LinkReport[]> HealLinksAsync(int? peer)
    {
        return cluster.CallAsync(_replica, $"heal {peer}", null, () => new[] { Link(peer ?? 9, false, false, 0) });
    }

    public Task<StateDigest> DigestAsync() => cluster.CallAsync(_replica, "digest", null, () => cluster.Digest(_replica));

    public Task<BackupStarted> BackupBeginAsync() => cluster.CallAsync(_replica, "backup begin", null, () => new BackupStarted
    {
        Backup = 1,
        Cluster = "fake",
        AppliedThrough = cluster.Revision,
        Revision = cluster.Revision,
        Keys = 0,
    });

    public Task<BackupStarted> BackupBeginStaleAsync() => throw new NotSupportedException();

    public Task<BackupPage> BackupReadAsync(long backup, long page) =>
        cluster.CallAsync(_replica, "backup read", null, () => new BackupPage { Entries = [], IsLast = true });

    public Task BackupEndAsync(long backup) => cluster.CallAsync(_replica, "backup end", null, () => true);

    public Task<RestoreReport> RestoreBeginAsync(long restore, bool force, long? after) => RestoreAsync("begin");

    public Task<RestoreReport> RestorePutAsync(long restore, BackupEntry[] entries) => RestoreAsync("put");

    public Task<RestoreReport> RestoreDeleteAsync(long restore, string[] keys) => RestoreAsync("delete");

    public Task<RestoreReport> RestoreEndAsync(long restore, long revision, long keys) => RestoreAsync("end");

    private Task<RestoreReport> RestoreAsync(string step) => cluster.CallAsync(
        _replica, $"restore {step}", null, () => new RestoreReport { Outcome = cluster.RestoreOutcomes(step), Keys = cluster.RestoreKeys, Revision = 0 });

    private LinkReport Link(int peer, bool cutTo, bool cutFrom, int delay) => new()
    {
        ReplicaId = _replica,
        PeerId = peer,
        CutTo = cutTo,
        CutFrom = cutFrom,
        DelayMilliseconds = delay,
    };

    private AcceptorReport Report(bool up, string line)
    {
        if (!cluster.FaultLabOn)
        {
            throw new FaultException<FaultLabOffFault>(new FaultLabOffFault { ReplicaId = _replica }, "off");
        }

        cluster.Heard(_replica, $"2026-01-01 00:00:00.000 {line}");
        return new AcceptorReport { ReplicaId = _replica, AcceptorUp = up, Changed = true };
    }

    public Task<MemberReport> MemberAddAsync(int replica, string incarnation, string peer, string client) => ChangeAsync(
        $"add {replica} {incarnation} {peer} {client}",
        now => now.Append(new MemberData { ReplicaId = replica, Incarnation = incarnation, IsVoter = false, Client = client, Peer = peer }));

    public Task<MemberReport> MemberPromoteAsync(int replica) => ChangeAsync(
        $"promote {replica}", now => now.Select(member => member.ReplicaId == replica ? member with { IsVoter = true } : member));

    public Task<MemberReport> MemberRemoveAsync(int replica) => ChangeAsync($"remove {replica}", now => now.Where(member => member.ReplicaId != replica));

    public Task<MemberReport> MemberReplaceAsync(int replica, string incarnation, string peer, string client) => ChangeAsync(
        $"replace {replica} {incarnation} {peer} {client}",
        now => now.Select(member => member.ReplicaId == replica ? member with { Incarnation = incarnation, Client = client, Peer = peer } : member));

    public Task<MemberReport> MemberReadmitAsync(int replica, string incarnation) => ChangeAsync(
        $"readmit {replica} {incarnation}",
        now => now.Select(member => member.ReplicaId == replica ? member with { Incarnation = incarnation } : member));

    private Task<MemberReport> ChangeAsync(string change, Func<IEnumerable<MemberData>, IEnumerable<MemberData>> apply) =>
        Task.FromResult(cluster.Members.Change(place, change, apply));
}
