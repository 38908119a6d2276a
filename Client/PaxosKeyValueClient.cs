using System.Runtime.CompilerServices;
using System.ServiceModel;
using PaxosWcf.Contracts;

namespace PaxosWcf.Client;

/// <summary>The store, for a program: picks a replica, fails over to others within one deadline, and has every mutation
/// applied exactly once however often it is repeated. Thread-safe; make one and share it.</summary>
public sealed class PaxosKeyValueClient : IAsyncDisposable
{
    private readonly IChannelSource<IKeyValueStore> _channels;
    private readonly ReplicaRotation _rotation;
    private readonly MemberWatch _members;
    private readonly SessionKeeper _sessions = new();
    private readonly StoreCaller _caller;
    private readonly int _watchMilliseconds;
    private bool _disposed;

    /// <summary>Makes a client; nothing is sent yet.</summary>
    /// <param name="options">Where the store is.</param>
    /// <exception cref="ArgumentException">An option makes no sense; the message says which.</exception>
    public PaxosKeyValueClient(PaxosClientOptions options)
        : this(options, Pool(options, TimeProvider.System), TimeProvider.System, Random.Shared)
    {
    }

    internal PaxosKeyValueClient(
        PaxosClientOptions options, IChannelSource<IKeyValueStore> channels, TimeProvider time, Random random, Background? background = null)
    {
        options.Validate();
        var majority = new LostMajority(time);
        IChannelSource<IKeyValueStore> named = options.Cluster is { } meant ? new NamedChannels(channels, meant, options, time) : channels;
        _channels = options.MessagesUnderWayMax == 0 ? named : new PipeliningChannels(named, options.MessagesUnderWayMax, time, majority);
        _rotation = new ReplicaRotation(options.Replicas, options.PinnedReplica, random);
        _watchMilliseconds = WatchMilliseconds(options);
        _members = new MemberWatch(_channels, options, _rotation, background ?? Background.OfThePool(time));
        _caller = new StoreCaller(new AttemptLoop(_channels, options, _rotation, _members, majority, time, random), _sessions, options, time);
        Leases = new StoreLeases(_caller, options, time);
    }

    /// <summary>Keys that live only for as long as somebody says so.</summary>
    public StoreLeases Leases { get; }

    /// <summary>The replica that the next call goes to.</summary>
    public int CurrentReplica => _rotation.Current.Replica;

    /// <summary>The address that the next call goes to.</summary>
    public Uri CurrentAddress => _rotation.Current.Address;

    /// <summary>For tests: ends when nobody is being asked who the members are.</summary>
    internal Task MembersLook => _members.Look;

    /// <summary>Writes one value.</summary>
    /// <param name="key">1..1024 bytes of UTF-8.</param>
    /// <param name="value">0..1 MiB.</param>
    /// <param name="cancel">Gives up waiting; the write may still take effect.</param>
    /// <exception cref="StoreUnavailableException">No effect.</exception>
    /// <exception cref="OutcomeUnknownException">It may have taken effect.</exception>
    /// <exception cref="InvalidRequestException">The key is not one the store takes.</exception>
    /// <exception cref="RequestTooLargeException">The value is too large.</exception>
    /// <exception cref="StorageFullException">The store takes no puts at the moment.</exception>
    public Task<StoreAnswer<PutReply>> PutAsync(string key, byte[] value, CancellationToken cancel = default)
    {
        CheckKey(key);
        Refuse(StoreRules.CheckValue(value));
        Refuse(StoreRules.CheckValueSize(value));
        return _caller.MutateAsync(StoreOperation.Put(key, value), (store, identity) => store.PutAsync(key, value, identity), cancel);
    }

    /// <summary>Reads one value; a key that is not there is an answer, not a failure.</summary>
    /// <param name="key">1..1024 bytes of UTF-8.</param>
    /// <param name="consistency">What the read promises.</param>
    /// <param name="cancel">Gives up waiting.</param>
    /// <exception cref="StoreUnavailableException">No replica answered.</exception>
    /// <exception cref="InvalidRequestException">The key is not one the store takes.</exception>
    public Task<StoreAnswer<GetReply>> GetAsync(
        string key, ReadConsistency consistency = ReadConsistency.Linearizable, CancellationToken cancel = default)
    {
        CheckKey(key);
        return _caller.ReadAsync(StoreOperation.Get(key, consistency), store => store.GetAsync(key, consistency), cancel);
    }

    /// <summary>Removes one key; a key that is not there is an answer, not a failure.</summary>
    /// <param name="key">1..1024 bytes of UTF-8.</param>
    /// <param name="cancel">Gives up waiting; the delete may still take effect.</param>
    /// <exception cref="StoreUnavailableException">No effect.</exception>
    /// <exception cref="OutcomeUnknownException">It may have taken effect.</exception>
    /// <exception cref="InvalidRequestException">The key is not one the store takes.</exception>
    public Task<StoreAnswer<DeleteReply>> DeleteAsync(string key, CancellationToken cancel = default)
    {
        CheckKey(key);
        return _caller.MutateAsync(StoreOperation.Delete(key), (store, identity) => store.DeleteAsync(key, identity), cancel);
    }

    /// <summary>Applies puts and deletes in their order as one step: all of them or none, and no reader ever sees some of
    /// them. However often it is repeated, it is applied once.</summary>
    /// <param name="operations">1..1024; keys and values together at most 2 MiB. A key may come more than once.</param>
    /// <param name="cancel">Gives up waiting; the batch may still take effect.</param>
    /// <exception cref="StoreUnavailableException">No effect.</exception>
    /// <exception cref="OutcomeUnknownException">It may have taken effect.</exception>
    /// <exception cref="InvalidRequestException">There are none or too many, or one is not as the store takes it; its
    /// field names the place.</exception>
    /// <exception cref="StorageFullException">It puts, and the store takes no puts at the moment.</exception>
    /// <exception cref="RequestTooLargeException">One value, or all keys and values together, are too large.</exception>
    public Task<StoreAnswer<BatchReply>> BatchAsync(IReadOnlyList<BatchOperation> operations, CancellationToken cancel = default)
    {
        // A copy, so that what was checked is what every repeat sends.
        BatchOperation[] batch = [.. operations];
        Refuse(BatchRules.Check(batch));
        Refuse(BatchRules.CheckSize(batch));
        return _caller.MutateAsync(
            StoreOperation.Batch(batch),
            async (store, identity) =>
            {
                BatchReply reply = await store.BatchAsync(batch, identity).ConfigureAwait(false);
                RequireOneForEach(batch, reply?.Operations);
                return reply!;
            },
            cancel);
    }

    /// <summary>Compares some keys, and applies puts and deletes by what comes of it, all as one step: where every comparison holds those of
    /// <paramref name="then"/>, else those of <paramref name="otherwise"/>. However often it is repeated, it is applied once. A comparison that does
    /// not hold is an answer, not a failure.</summary>
    /// <param name="comparisons">1..64; a key may come more than once.</param>
    /// <param name="then">0..1024, applied in their order.</param>
    /// <param name="otherwise">0..1024; null: nothing is applied. All keys of comparisons and both branches together have at most 1,114,112 bytes, all
    /// keys and values together at most 2 MiB.</param>
    /// <param name="cancel">Gives up waiting; the transaction may still take effect.</param>
    /// <exception cref="StoreUnavailableException">No effect.</exception>
    /// <exception cref="OutcomeUnknownException">It may have taken effect.</exception>
    /// <exception cref="InvalidRequestException">There are none or too many, or one is not as the store takes it; its
    /// field names the place.</exception>
    /// <exception cref="StorageFullException">One of its branches puts, and the store takes no puts at the moment.</exception>
    /// <exception cref="RequestTooLargeException">One value, or all keys and values together, are too large.</exception>
    public Task<StoreAnswer<TransactReply>> TransactAsync(
        IReadOnlyList<Comparison> comparisons, IReadOnlyList<BatchOperation> then, IReadOnlyList<BatchOperation>? otherwise = null,
        CancellationToken cancel = default)
    {
        // Copies, so that what was checked is what every repeat sends.
        Comparison[] compared = [.. comparisons];
        BatchOperation[] held = [.. then];
        BatchOperation[] unheld = [.. otherwise ?? []];
        Refuse(TransactRules.Check(compared, held, unheld));
        Refuse(TransactRules.CheckSize(compared, held, unheld));
        return _caller.MutateAsync(
            StoreOperation.Transact(compared, held, unheld),
            async (store, identity) =>
            {
                TransactReply reply = await store.TransactAsync(compared, held, unheld, identity).ConfigureAwait(false);
                RequireOneForEach(reply is { Held: true } ? held : unheld, reply?.Operations);
                return reply!;
            },
            cancel);
    }

    /// <summary>Writes or removes one key if it holds what is expected; whether it did is in the answer's <see cref="TransactReply.Held"/>. However
    /// often it is repeated, it is applied once.</summary>
    /// <param name="key">1..1024 bytes of UTF-8.</param>
    /// <param name="expected">0..1 MiB; null: the key must not be there.</param>
    /// <param name="value">What to write, 0..1 MiB; null: the key is removed.</param>
    /// <param name="cancel">Gives up waiting; the write may still take effect.</param>
    /// <exception cref="StoreUnavailableException">No effect.</exception>
    /// <exception cref="OutcomeUnknownException">It may have taken effect.</exception>
    /// <exception cref="InvalidRequestException">The key is not one the store takes.</exception>
    /// <exception cref="StorageFullException">It writes, and the store takes no puts at the moment.</exception>
    /// <exception cref="RequestTooLargeException">One value, or both together, are too large.</exception>
    public Task<StoreAnswer<TransactReply>> CompareAndSetAsync(string key, byte[]? expected, byte[]? value, CancellationToken cancel = default)
    {
        CheckKey(key);
        return TransactAsync(
            [expected is null ? Comparison.Missing(key) : Comparison.ValueIs(key, expected)],
            [value is null ? BatchOperation.Delete(key) : BatchOperation.Put(key, value)],
            otherwise: null, cancel);
    }

    /// <summary>Finds out what came of a mutation that ended in doubt: whether it took effect, and what it was answered. One that has not taken effect never will after this. Call it before this client's
    /// next mutation is sent: that says that nobody asks for this one any more, and it is <see cref="ResolveOutcome.Forgotten"/> then, as it soon is where
    /// others use the same client.</summary>
    /// <param name="doubt">How the mutation ended; of this client or of another, in this process or in one that is gone.</param>
    /// <param name="cancel">Gives up waiting.</param>
    /// <exception cref="StoreUnavailableException">No replica answered.</exception>
    public Task<StoreAnswer<ResolveReply>> ResolveAsync(OutcomeUnknownException doubt, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(doubt);
        return ResolveAsync(doubt.Session, doubt.Sequence, cancel);
    }

    /// <summary>The same of a mutation of which only the identity is known.</summary>
    /// <param name="session">The session that it carried.</param>
    /// <param name="sequence">The sequence that it carried: 1 or more.</param>
    /// <param name="cancel">Gives up waiting.</param>
    /// <exception cref="StoreUnavailableException">No replica answered.</exception>
    /// <exception cref="InvalidRequestException">It is no session's name, or no sequence.</exception>
    public Task<StoreAnswer<ResolveReply>> ResolveAsync(string session, long sequence, CancellationToken cancel = default) =>
        _caller.ReadAsync(StoreOperation.Unrecorded<ResolveReply>("resolve", $"{session}#{sequence}"), store => store.ResolveAsync(session, sequence), cancel);

    /// <summary>Tells whether a key is there.</summary>
    /// <param name="key">1..1024 bytes of UTF-8.</param>
    /// <param name="consistency">What the read promises.</param>
    /// <param name="cancel">Gives up waiting.</param>
    /// <exception cref="StoreUnavailableException">No replica answered.</exception>
    /// <exception cref="InvalidRequestException">The key is not one the store takes.</exception>
    public Task<StoreAnswer<ContainsKeyReply>> ContainsKeyAsync(
        string key, ReadConsistency consistency = ReadConsistency.Linearizable, CancellationToken cancel = default)
    {
        CheckKey(key);
        return _caller.ReadAsync(StoreOperation.Contains(key), store => store.ContainsKeyAsync(key, consistency), cancel);
    }

    /// <summary>Reads a page of keys in the order of their bytes of UTF-8, as the store was at one moment.</summary>
    /// <param name="prefix">What they begin with; empty: all keys.</param>
    /// <param name="from">The first that may be among them; to go on, the <see cref="RangeReply.Next"/> of the page before.</param>
    /// <param name="until">The first that is beyond them; null: none is.</param>
    /// <param name="keysMax">The most keys of the page: 1..1024. It ends at 1 MiB of keys and values too.</param>
    /// <param name="keysOnly">Whether values are left out; they count all the same.</param>
    /// <param name="consistency">What the read promises.</param>
    /// <param name="cancel">Gives up waiting.</param>
    /// <exception cref="StoreUnavailableException">No replica answered.</exception>
    /// <exception cref="InvalidRequestException">A bound or the number of keys is not one the store takes.</exception>
    public Task<StoreAnswer<RangeReply>> RangeAsync(
        string prefix = "", string from = "", string? until = null, int keysMax = StoreLimits.RangeKeysMax, bool keysOnly = false,
        ReadConsistency consistency = ReadConsistency.Linearizable, CancellationToken cancel = default)
    {
        Refuse(RangeRules.Check(prefix, from, until, keysMax));
        return _caller.ReadAsync(
            StoreOperation.Range(prefix), store => store.RangeAsync(prefix, from, until, keysMax, keysOnly, consistency), cancel);
    }

    /// <summary>Reads all keys of a range, page after page. Each page is the store of one moment, and each of a later one: together they are no
    /// snapshot. A key that is there all the time is told once. Serializable pages may be of an earlier moment than the one before, where they come from another replica, and then
    /// a key that was just put may be left out.</summary>
    /// <param name="prefix">What they begin with; empty: all keys.</param>
    /// <param name="from">The first that may be among them.</param>
    /// <param name="until">The first that is beyond them; null: none is.</param>
    /// <param name="keysOnly">Whether values are left out.</param>
    /// <param name="consistency">What the read of each page promises.</param>
    /// <param name="cancel">Ends the enumeration, with OperationCanceledException.</param>
    /// <exception cref="StoreUnavailableException">No replica answered within the operation time-out.</exception>
    /// <exception cref="InvalidRequestException">A bound is not one the store takes.</exception>
    public IAsyncEnumerable<RangeKey> ScanAsync(
        string prefix = "", string from = "", string? until = null, bool keysOnly = false,
        ReadConsistency consistency = ReadConsistency.Linearizable, CancellationToken cancel = default)
    {
        Refuse(RangeRules.Check(prefix, from, until, StoreLimits.RangeKeysMax));
        return PagesAsync(prefix, from, until, keysOnly, consistency, cancel);
    }

    /// <summary>Tells every change of a key, or of all keys that begin alike, once and in the order of revisions, for as long as it is
    /// enumerated. Goes on with another replica where one fails; a replica may lag, so what is told may be some time ago.</summary>
    /// <param name="key">1..1024 bytes of UTF-8; as a beginning it may be empty: all keys.</param>
    /// <param name="isPrefix">Whether it is what keys begin with.</param>
    /// <param name="fromRevision">The first revision of interest. 0: whatever takes effect after a replica was asked where the store
    /// stands, which the enumeration's first step begins with; nothing that was acknowledged before. To go on after an exception: one more
    /// than that of the last change.</param>
    /// <param name="cancel">Ends the enumeration, with OperationCanceledException.</param>
    /// <exception cref="CompactedException">The store no longer has the changes from there on.</exception>
    /// <exception cref="StoreUnavailableException">No replica answered within the operation time-out.</exception>
    /// <exception cref="InvalidRequestException">The key or the revision is not one the store takes.</exception>
    public IAsyncEnumerable<KeyChange> WatchAsync(
        string key, bool isPrefix = false, long fromRevision = 0, CancellationToken cancel = default) =>
        WatchAsync(key, isPrefix, fromRevision, onUnavailable: null, cancel);

    /// <summary>The same for whoever outlasts a store that nobody answers for: once a replica has answered, nothing is missed, however long that takes, but what the store has compacted by then.
    /// Until one has, a watch that begins at revision 0 has no beginning yet.</summary>
    /// <param name="key">1..1024 bytes of UTF-8; as a beginning it may be empty: all keys.</param>
    /// <param name="isPrefix">Whether it is what keys begin with.</param>
    /// <param name="fromRevision">The first revision of interest. 0: whatever takes effect after the first replica that answers was asked.</param>
    /// <param name="onUnavailable">Called when no replica answered within the operation time-out. Once what it returns is done, the same is asked for again. It
    /// should pause; what it throws ends the enumeration. null: the failure itself does.</param>
    /// <param name="cancel">Ends the enumeration, with OperationCanceledException.</param>
    /// <exception cref="CompactedException">The store no longer has the changes from there on.</exception>
    /// <exception cref="InvalidRequestException">The key or the revision is not one the store takes.</exception>
    public IAsyncEnumerable<KeyChange> WatchAsync(
        string key, bool isPrefix, long fromRevision, Func<StoreUnavailableException, Task>? onUnavailable, CancellationToken cancel = default)
    {
        Refuse(WatchRules.CheckKey(key, isPrefix) ?? WatchRules.Check(fromRevision, StoreLimits.WatchChangesMax, _watchMilliseconds));
        return FollowAsync(key, isPrefix, fromRevision, onUnavailable, cancel);
    }

    /// <summary>Closes the channels; calls under way are given a moment to end.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        try
        {
            await _members.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            if (_caller.IsIdle)
            {
                _channels.Abandon();
            }

            await _channels.DisposeAsync().ConfigureAwait(false);
        }
    }

    // Each answer says through which revision it is complete, so the next question may go to any replica.
    private async IAsyncEnumerable<KeyChange> FollowAsync(
        string key, bool isPrefix, long fromRevision, Func<StoreUnavailableException, Task>? onUnavailable, [EnumeratorCancellation] CancellationToken cancel)
    {
        StoreOperation<WatchReply> operation = StoreOperation.Watch(key);
        while (true)
        {
            long from = fromRevision;
            StoreAnswer<WatchReply> answer;
            try
            {
                answer = await _caller.ReadAsync(
                    operation, store => store.WatchAsync(key, isPrefix, from, StoreLimits.WatchChangesMax, _watchMilliseconds), cancel).ConfigureAwait(false);
            }
            catch (StoreUnavailableException failure) when (onUnavailable is not null)
            {
                await onUnavailable(failure).ConfigureAwait(false);
                continue;
            }

            foreach (KeyChange change in answer.Reply.Changes)
            {
                yield return change;
            }

            fromRevision = answer.Reply.CompleteThrough + 1;
        }
    }

    private async IAsyncEnumerable<RangeKey> PagesAsync(
        string prefix, string from, string? until, bool keysOnly, ReadConsistency consistency, [EnumeratorCancellation] CancellationToken cancel)
    {
        for (string? next = from; next is not null;)
        {
            StoreAnswer<RangeReply> page = await RangeAsync(prefix, next, until, StoreLimits.RangeKeysMax, keysOnly, consistency, cancel).ConfigureAwait(false);
            foreach (RangeKey key in page.Reply.Keys)
            {
                yield return key;
            }

            next = page.Reply.More ? page.Reply.Next : null;
        }
    }

    // Half of what an attempt may take: an answer that is long in coming must not be taken for none.
    private static int WatchMilliseconds(PaxosClientOptions options)
    {
        double shorter = Math.Min(options.AttemptTimeout.TotalMilliseconds, options.OperationTimeout.TotalMilliseconds);
        return (int)Math.Min(StoreLimits.WatchMillisecondsMax, shorter / 2);
    }

    private static ChannelPool<IKeyValueStore> Pool(PaxosClientOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new ChannelPool<IKeyValueStore>(options, ServicePaths.KeyValueStore, options.AttemptTimeout, time);
    }

    // Whoever answers otherwise does not speak this contract: what became of the operations without a result, nobody could tell.
    private static void RequireOneForEach(BatchOperation[] applied, BatchOperationReply[]? results)
    {
        if (results?.Length != applied.Length)
        {
            throw new ProtocolException($"The answer has {results?.Length ?? 0} results for {applied.Length} operations.");
        }
    }

    private static void CheckKey(string key) => Refuse(StoreRules.CheckKey(key));

    private static void Refuse(InvalidRequestFault? fault)
    {
        if (fault is not null)
        {
            throw new InvalidRequestException(fault.Field, fault.Reason);
        }
    }

    private static void Refuse(RequestTooLargeFault? fault)
    {
        if (fault is not null)
        {
            throw new RequestTooLargeException(StoreRules.Sentence(fault), fault.Bytes, fault.BytesMax);
        }
    }
}
