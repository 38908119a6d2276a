using System.Diagnostics;
using System.ServiceModel;
using PaxosWcf.Contracts;
using PaxosWcf.Replication.Changes;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Simulator;

/// <summary>One client's channel to one replica, with the replica's door behind it: it maps calls to commands and reads, and
/// answers to replies and faults, as the host's KeyValueStoreService does.</summary>
internal sealed class SimulatedDoor(
    CalledPlace place, ClientLinks links, Random nonces, Func<UserOperation> current, CallRoute route) : IKeyValueStore
{
    private readonly SimulatedCluster _cluster = place.Cluster;

    public Task<PutReply> PutAsync(string key, byte[] value, RequestIdentity? identity)
    {
        var checkedIdentity = Check(identity);
        return SubmitAsync(new Put(checkedIdentity, key, value), checkedIdentity, answer => answer is PutDone done
            ? new PutReply { Revision = done.Revision, Replaced = done.Replaced, Slot = done.Slot.Number }
            : null);
    }

    public Task<DeleteReply> DeleteAsync(string key, RequestIdentity? identity)
    {
        var checkedIdentity = Check(identity);
        return SubmitAsync(new Delete(checkedIdentity, key), checkedIdentity, answer => answer is DeleteDone done
            ? new DeleteReply { Revision = done.Revision, Found = done.Found, Slot = done.Slot.Number }
            : null);
    }

    public Task<BatchReply> BatchAsync(BatchOperation[] operations, RequestIdentity? identity)
    {
        var checkedIdentity = Check(identity);
        return SubmitAsync(new Batch(checkedIdentity, SimulatedBatch.Writes(operations)), checkedIdentity, answer =>
            answer is BatchDone done && done.Writes.Count == operations.Length ? SimulatedBatch.Reply(done) : null);
    }

    public Task<TransactReply> TransactAsync(
        Comparison[] comparisons, BatchOperation[] then, BatchOperation[]? otherwise, RequestIdentity? identity)
    {
        var checkedIdentity = Check(identity);
        var asked = new DrawnTransact(comparisons, then, otherwise ?? []);
        return SubmitAsync(
            SimulatedTransact.Command(checkedIdentity, asked), checkedIdentity, answer => SimulatedTransact.Reply(answer, asked));
    }

    public Task<LeaseReply> GrantLeaseAsync(int timeToLiveSeconds, RequestIdentity? identity)
    {
        var checkedIdentity = Check(identity);
        return SubmitAsync(new GrantLease(checkedIdentity, nonces.NextInt64(), timeToLiveSeconds), checkedIdentity, SimulatedLease.Lives);
    }

    public Task<LeaseReply> KeepLeaseAliveAsync(string leaseId) => SubmitAsync(new KeepLease(leaseId), identity: null, SimulatedLease.Lives);

    public Task<RevokeLeaseReply> RevokeLeaseAsync(string leaseId, RequestIdentity? identity)
    {
        var checkedIdentity = Check(identity);
        return SubmitAsync(new RevokeLease(checkedIdentity, leaseId), checkedIdentity, SimulatedLease.Ended);
    }

    public Task<GetLeaseReply> GetLeaseAsync(string leaseId, ReadConsistency? consistency) =>
        throw new UnreachableException("simulated clients do not ask for a lease; the checker looks at them itself");

    public Task<LeasesReply> LeasesAsync(string? from, ReadConsistency? consistency) =>
        throw new UnreachableException("simulated clients do not list leases; the checker looks at them itself");

    public Task<ResolveReply> ResolveAsync(string session, long sequence) =>
        SubmitAsync(new Resolve(session, sequence), identity: null, SimulatedResolve.Reply);

    public Task<OpenSessionReply> OpenSessionAsync() =>
        SubmitAsync(new OpenSession(nonces.NextInt64()), identity: null, answer => answer is SessionOpened opened
            ? new OpenSessionReply { Session = opened.Session }
            : null);

    public Task<WatchReply> WatchAsync(string key, bool? isPrefix, long? fromRevision, int? changesMax, int? waitMilliseconds)
    {
        var asked = new WatchQuestion(
            new ChangeFilter(key, isPrefix ?? false), fromRevision ?? 0, changesMax ?? StoreLimits.WatchChangesMax,
            TimeSpan.FromMilliseconds(waitMilliseconds ?? StoreLimits.WatchMillisecondsDefault));
        Announce($"Watch {asked.From}");
        _cluster.Checker.OnWatched(current(), asked.From);
        return new WatchCall(place, links, asked, current()).SendAsync();
    }

    public Task<GetReply> GetAsync(string key, ReadConsistency? consistency)
    {
        var asked = current();
        return ReadAsync(key, (appliedThrough, record) =>
        {
            if (_cluster.Wrong.OnRead(place.Replica.Id, key))
            {
                asked.MayBeWrongAt.Add(place.Replica.Id);
            }

            return Reply(appliedThrough, record);
        });
    }

    public Task<ContainsKeyReply> ContainsKeyAsync(string key, ReadConsistency? consistency) =>
        ReadAsync(key, (appliedThrough, record) => new ContainsKeyReply { Found = record is not null, AppliedThrough = appliedThrough });

    public Task<RangeReply> RangeAsync(
        string? prefix, string? from, string? until, int? keysMax, bool? keysOnly, ReadConsistency? consistency)
    {
        var asked = current();
        Announce("Range");
        return new RangeCall(place, links, new KeyRange(prefix ?? "", from ?? "", until), keysMax ?? StoreLimits.RangeKeysMax, key =>
        {
            if (_cluster.Wrong.OnRead(place.Replica.Id, key))
            {
                asked.MayBeWrongAt.Add(place.Replica.Id);
            }
        }).SendAsync();
    }

    public Task<MemberReport> MembersAsync()
    {
        _cluster.CheckThread();
        return new MembersCall(place, links, route).SendAsync();
    }

    public Task<PipelinedReply[]> PipelineAsync(PipelinedCall[] calls) =>
        throw new UnreachableException("a simulated client has one call at a time, and so nothing to send together");

    private static GetReply Reply(long appliedThrough, KeyRecord? record) => record is null
        ? new GetReply { Found = false, AppliedThrough = appliedThrough }
        : new GetReply
        {
            Found = true,
            Value = record.Value.ToArray(),
            CreateRevision = record.CreateRevision,
            ModificationRevision = record.ModificationRevision,
            Version = record.Version,
            AppliedThrough = appliedThrough,
        };

    private async Task<TReply> SubmitAsync<TReply>(KeyValueCommand command, ClientIdentity? identity, Func<CommandAnswer, TReply?> reply)
        where TReply : class
    {
        var operation = current();
        Announce(command.GetType().Name);
        var (attempt, givenUp) = (operation.Attempts, _cluster.Time.Now + ((long)links.Plan.AttemptTicks * VirtualTime.Tick));
        try
        {
            return await new CommandCall<TReply>(place, links, command, identity, reply).SendAsync();
        }
        catch (FaultException<StorageFullFault>) when (operation.Attempts == attempt && _cluster.Time.Now < givenUp)
        {
            operation.ToldFullAt = _cluster.Time.Now;
            throw;
        }
    }

    private Task<TReply> ReadAsync<TReply>(string key, Func<long, KeyRecord?, TReply> reply)
    {
        Announce("Get");
        return new ReadCall<TReply>(place, links, key, reply).SendAsync();
    }

    private void Announce(string what)
    {
        _cluster.CheckThread();
        _cluster.Write($"{current()}: {what} at {place}");
        current().Attempts++;
        route.OnSent(place);
    }

    private ClientIdentity? Check(RequestIdentity? identity)
    {
        if (identity is null)
        {
            return null;
        }

        if (identity.Sequence < 1 || identity.AcknowledgedThrough < 0 || identity.AcknowledgedThrough >= identity.Sequence)
        {
            throw DoorFaults.InvalidRequest("identity", $"{identity} is none that a client may send");
        }

        _cluster.Checker.Ledger.OnSent(current(), identity);
        return new ClientIdentity(identity.Session, identity.Sequence, identity.AcknowledgedThrough);
    }
}
