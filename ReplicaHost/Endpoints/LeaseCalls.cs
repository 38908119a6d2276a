using PaxosWcf.Contracts;
using PaxosWcf.ReplicaHost.Hosting;
using PaxosWcf.Replication;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.ReplicaHost.Endpoints;

/// <summary>What a client asks about leases: checks, maps, hands over, replies.</summary>
internal sealed class LeaseCalls(StoreCalls calls, ReplicaDriver driver, StoreQuota quota, ICallContext context)
{
    public async Task<LeaseReply> GrantAsync(int timeToLiveSeconds, RequestIdentity? identity)
    {
        RequestRules.CheckTimeToLive(timeToLiveSeconds);
        var grant = new GrantLease(RequestRules.CheckIdentity(identity), Random.Shared.NextInt64(), timeToLiveSeconds);
        quota.CheckRoom(grant);
        return await LivesAsync(grant, identity);
    }

    public async Task<LeaseReply> KeepAliveAsync(string lease)
    {
        RequestRules.CheckLease(lease);
        return await LivesAsync(new KeepLease(lease), identity: null);
    }

    public async Task<RevokeLeaseReply> RevokeAsync(string lease, RequestIdentity? identity)
    {
        RequestRules.CheckLease(lease);
        var answer = await calls.SubmitAsync(new RevokeLease(RequestRules.CheckIdentity(identity), lease), context.Disconnected);
        return answer switch
        {
            LeaseEnded ended => LeaseMapper.Reply(ended),
            LeaseRefused { Why: LeaseRefusal.NotFound } refused => LeaseMapper.NotFound(refused),
            _ => throw AnswerFaults.NotTheAnswer(answer, identity),
        };
    }

    public async Task<GetLeaseReply> GetAsync(string name, ReadConsistency? consistency)
    {
        RequestRules.CheckLease(name);
        var (appliedThrough, lease) = await ReadAsync(consistency, machine => machine.ReadLease(name));
        context.TakeForAnswer(AnswerBytes.Of(lease?.Keys ?? []) - ByteBudget.FreeBytes);
        return LeaseMapper.Reply(appliedThrough, lease);
    }

    public async Task<LeasesReply> ListAsync(string? from, ReadConsistency? consistency)
    {
        RequestRules.CheckLeasesFrom(from);

        // One more than are told: it is where the next answer begins.
        var (appliedThrough, leases) = await ReadAsync(consistency, machine => machine.ReadLeases(from ?? "", StoreLimits.LeasesPageMax + 1));
        context.TakeForAnswer(AnswerBytes.Of(leases.Select(lease => lease.Name)) - ByteBudget.FreeBytes);
        return new LeasesReply
        {
            Leases = [.. leases.Take(StoreLimits.LeasesPageMax).Select(LeaseMapper.Summary)],
            Next = leases.ElementAtOrDefault(StoreLimits.LeasesPageMax)?.Name,
            AppliedThrough = appliedThrough,
        };
    }

    private async Task<LeaseReply> LivesAsync(KeyValueCommand command, RequestIdentity? identity)
    {
        var answer = await calls.SubmitAsync(command, context.Disconnected);
        return answer is LeaseLives lives
            ? LeaseMapper.Reply(lives)
            : throw AnswerFaults.NotTheAnswer(answer, identity);
    }

    // Applied-through first: what is read after it is of that slot or a later one. And on a thread of its own: the one that brought the read index may have
    // others to tell, and there may be many leases.
    private async Task<(long AppliedThrough, T Read)> ReadAsync<T>(ReadConsistency? consistency, Func<KeyValueStateMachine, T> read)
    {
        calls.CheckState(driver);
        if (consistency is not ReadConsistency.Serializable)
        {
            await calls.ReadIndexAsync(context.Disconnected);
        }

        StoreCalls.CheckRestore(driver);
        var appliedThrough = driver.Machine.Numbers.AppliedThrough.Number;
        var found = await Task.Run(() => read(driver.Machine));
        StoreCalls.CheckRestore(driver);
        calls.CheckState(driver);
        return (appliedThrough, found);
    }
}
