using System.Diagnostics;
using PaxosWcf.Contracts;
using PaxosWcf.ReplicaHost.Faults;
using PaxosWcf.ReplicaHost.Hosting;
using PaxosWcf.ReplicaHost.Links;
using PaxosWcf.ReplicaHost.Tracing;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.ReplicaHost.Endpoints;

/// <summary>The operator's door.</summary>
internal sealed class ReplicaControlService(
    ReplicaIdentity self, MemberCalls members, IReplicaStore store, AcceptorFaultLab faults, LinkFaultLab links,
    ServersComparison servers, HandOverCalls handOver, StoreQuota quota,
    BackupDesk backups, RestoreCalls restores, ProtocolTrace trace, KeyValueStateMachine machine, ICallContext context)
    : IReplicaControl, IDisposable
{
    private readonly long _started = Stopwatch.GetTimestamp();

    // A digest reads the whole store: one at a time.
    private readonly SemaphoreSlim _digest = new(1);

    public async Task<ReplicaStatus> StatusAsync()
    {
        var now = await members.SnapshotAsync();
        return new ReplicaStatus
        {
            ReplicaId = self.Id,
            Cluster = self.Cluster,
            Incarnation = self.Incarnation,
            Proposer = now.Leading ? ProposerState.Leading : now.Preparing ? ProposerState.Preparing : ProposerState.Idle,
            Leader = now.Leader?.Number,
            Promised = (now.Promised ?? Consensus.Ballot.None).ToString(),
            AcceptorUp = now.AcceptorUp,
            AcceptorFailures = faults.Failures,
            LearnedThrough = now.LearnedThrough.Number,
            AppliedThrough = now.State.AppliedThrough.Number,
            Revision = now.State.Revision,
            Keys = now.State.Keys,
            ServersHash = servers.OwnHash,
            ServersDifferAt = servers.DifferAt,
            FaultLabOn = faults.IsOn,
            ProgramVersion = self.ProgramVersion,
            UptimeMilliseconds = (long)Stopwatch.GetElapsedTime(_started).TotalMilliseconds,
            FaultyLinks = links.Faulty,
            StoreBytes = quota.BytesUsed,
            StoreBytesMax = quota.BytesMax,
            Restoring = machine.Restoring is var restore && restore == 0 ? null : restore,
            LastRestore = machine.LastRestore,
            DivergedFrom = now.Divergence?.From.Number,
            DivergedThrough = now.Divergence?.Through.Number,
            AgreedThrough = now.AgreedThrough.Number,
            Standing = now.Standing.ToString(),
            Complaint = now.Complaint.Length == 0 ? null : now.Complaint,
            Life = now.Incarnation.ToString(),
            Configuration = now.Configuration.Number,
            Members = MemberCalls.Members(now.Configuration),
            LeadsConfiguration = now.LeadsConfiguration,
            ForeignDirectory = self.ForeignDirectory,
        };
    }

    public Task<TraceReply> TraceAsync(long from)
    {
        if (from < 0)
        {
            throw StoreFaults.InvalidRequest(nameof(from), $"is {from}; 0 begins now, and otherwise it is the Next of the last answer.");
        }

        var reply = trace.Read(from);
        context.TakeForAnswer(AnswerBytes.Of(reply.Events.Select(happened => happened.Text)) - ByteBudget.FreeBytes);
        return Task.FromResult(reply);
    }

    public async Task<LeadershipReport> TransferLeadershipAsync(int? successor)
    {
        // One that was taken out would be no successor, and the answer that nobody leads here.
        if (successor is { } other && (other == self.Id || !(await members.SnapshotAsync()).Configuration.Quorum.Members.Contains(new Consensus.ReplicaId(other))))
        {
            throw StoreFaults.InvalidRequest(nameof(successor), $"is {other}, which is not another replica of this cluster.");
        }

        var result = await handOver.AskAsync(successor is { } id ? new Consensus.ReplicaId(id) : null, CancellationToken.None);
        return result.Led
            ? new LeadershipReport { ReplicaId = self.Id, Changed = result.Leader is not null, Leader = result.Leader?.Number ?? self.Id }
            : throw StoreFaults.NotLeader(self.Id, result.Leader?.Number);
    }

    public async Task<MemberReport> MemberAddAsync(int replica, string incarnation, string peer, string client) => await members.ChangeAsync(
        new Consensus.AddLearner(MemberCalls.Id(replica), MemberCalls.NewLife(incarnation), await members.AddressesAsync(replica, peer, client)));

    public Task<MemberReport> MemberPromoteAsync(int replica) =>
        members.ChangeAsync(new Consensus.Promote(MemberCalls.Id(replica)));

    public Task<MemberReport> MemberRemoveAsync(int replica) =>
        members.ChangeAsync(new Consensus.Remove(MemberCalls.Id(replica)));

    public async Task<MemberReport> MemberReplaceAsync(int replica, string incarnation, string peer, string client) => await members.ChangeAsync(
        new Consensus.Replace(MemberCalls.Id(replica), MemberCalls.NewLife(incarnation), await members.AddressesAsync(replica, peer, client)));

    public Task<MemberReport> MemberReadmitAsync(int replica, string incarnation) => members.ChangeAsync(
        new Consensus.Readmit(MemberCalls.Id(replica), MemberCalls.Life(incarnation)));

    public async Task<AcceptorReport> FailAcceptorAsync(int? downMilliseconds)
    {
        RequireFaultLab();
        if (downMilliseconds is < 1 or > AcceptorFaultLab.DownMillisecondsMax)
        {
            throw StoreFaults.InvalidRequest(
                nameof(downMilliseconds), $"is {downMilliseconds}; 1 to {AcceptorFaultLab.DownMillisecondsMax} are taken.");
        }

        TimeSpan? down = downMilliseconds is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;
        var changed = await faults.FailAsync(down, "asked for");
        return new AcceptorReport { ReplicaId = self.Id, AcceptorUp = faults.AcceptorUp, Changed = changed };
    }

    public async Task<AcceptorReport> ReviveAcceptorAsync()
    {
        RequireFaultLab();
        var changed = await faults.ReviveAsync("asked for");
        return new AcceptorReport { ReplicaId = self.Id, AcceptorUp = faults.AcceptorUp, Changed = changed };
    }

    public Task<LinkReport> CutLinkAsync(int peer, LinkDirection direction)
    {
        RequireLink(peer);
        return Enum.IsDefined(direction)
            ? Task.FromResult(links.Cut(peer, direction))
            : throw StoreFaults.InvalidRequest(nameof(direction), $"is {direction}; Both, To and From are taken.");
    }

    public Task<LinkReport> DelayLinkAsync(int peer, int milliseconds)
    {
        RequireLink(peer);
        return milliseconds is >= 0 and <= LinkFaultLab.DelayMillisecondsMax
            ? Task.FromResult(links.Delay(peer, milliseconds))
            : throw StoreFaults.InvalidRequest(
                nameof(milliseconds), $"is {milliseconds}; 0 to {LinkFaultLab.DelayMillisecondsMax} are taken.");
    }

    public Task<LinkReport[]> HealLinksAsync(int? peer)
    {
        RequireFaultLab();
        if (peer is { } one)
        {
            RequireLink(one);
        }

        return Task.FromResult(links.Heal(peer));
    }

    public async Task<StateDigest> DigestAsync()
    {
        if (!await _digest.WaitAsync(0))
        {
            throw StoreFaults.Overloaded("DigestsMax", 1);
        }

        try
        {
            // Whoever asked and went would else keep the next one out for as long as it takes to read all.
            var digest = await StateHasher.DigestAsync(store, context.Disconnected);
            return new StateDigest
            {
                ReplicaId = self.Id,
                AppliedThrough = digest.Numbers.AppliedThrough.Number,
                Revision = digest.Numbers.Revision,
                Keys = digest.KeysRead,
                Hash = digest.Hash,
            };
        }
        finally
        {
            _digest.Release();
        }
    }

    public Task<BackupStarted> BackupBeginAsync() => backups.BeginAsync(context.Disconnected);

    public Task<BackupStarted> BackupBeginStaleAsync() => backups.BeginStaleAsync(context.Disconnected);

    public async Task<BackupPage> BackupReadAsync(long backup, long page)
    {
        var read = await backups.ReadAsync(backup, page);
        context.TakeForAnswer(AnswerBytes.Of(read) - ByteBudget.FreeBytes);
        return read;
    }

    public Task BackupEndAsync(long backup) => backups.EndAsync(backup);

    public Task<RestoreReport> RestoreBeginAsync(long restore, bool force, long? after) =>
        restores.BeginAsync(restore, force, after ?? machine.LastRestore, context.Disconnected);

    public Task<RestoreReport> RestorePutAsync(long restore, BackupEntry[] entries) =>
        restores.PutAsync(restore, entries, context.Disconnected);

    public Task<RestoreReport> RestoreDeleteAsync(long restore, string[] keys) =>
        restores.DeleteAsync(restore, keys, context.Disconnected);

    public Task<RestoreReport> RestoreEndAsync(long restore, long revision, long keys) =>
        restores.EndAsync(restore, revision, keys, context.Disconnected);

    public void Dispose() => _digest.Dispose();

    private void RequireLink(int peer)
    {
        RequireFaultLab();
        if (!links.Knows(peer))
        {
            throw StoreFaults.InvalidRequest(nameof(peer), $"is {peer}, which is not another replica of this cluster.");
        }
    }

    private void RequireFaultLab()
    {
        if (!faults.IsOn)
        {
            throw StoreFaults.FaultLabOff(self.Id);
        }
    }
}
