using System.ServiceModel;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Client;

/// <summary>What goes wrong with one call.</summary>
internal enum Mishap
{
    /// <summary>The connection is refused: nothing is sent.</summary>
    Refused,

    /// <summary>The call is executed, and its answer lost.</summary>
    AnswerLost,

    /// <summary>Nothing ever comes back.</summary>
    Silent,

    NoQuorum,

    Fenced,

    Overloaded,

    OutcomeUnknown,

    SessionExpired,

    StorageFull,

    LeaseLimit,

    Compacted,

    InvalidRequest,
}

/// <summary>Five replicas in memory that agree at once, apply each identity once, and fail as a test tells them to.</summary>
internal sealed class FakeCluster : IChannelSource<IKeyValueStore>, IChannelSource<IReplicaControl>
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (byte[] Value, long Revision, long Version, long Created)> _keys = [];
    private readonly Dictionary<string, FakeSession> _sessions = [];
    private readonly Dictionary<int, Queue<Mishap>> _mishaps = [];
    private readonly List<FakeCall> _calls = [];
    private readonly List<ReplicaPlace> _askedForMembers = [];
    private readonly List<KeyChange> _changes = [];
    private readonly Dictionary<ReplicaPlace, FakeReplica> _kept = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How many keys the store holds, as steps of a restore tell.</summary>
    public long RestoreKeys { get; set; }

    /// <summary>What a step of a restore comes to.</summary>
    public Func<string, RestoreOutcome> RestoreOutcomes { get; set; } = _ => RestoreOutcome.Done;

    public static IReadOnlyDictionary<int, Uri> Addresses { get; } =
        Enumerable.Range(1, 5).ToDictionary(id => id, id => new Uri($"http://127.0.0.1:{8100 + id}"));

    public FakeCluster() => (Members, Leases) = (new FakeMembers(this), new FakeLeases(this));

    /// <summary>The leases.</summary>
    public FakeLeases Leases { get; }

    /// <summary>Befalls every call at every replica; null: none.</summary>
    public Mishap? Always { get; set; }

    /// <summary>What it says of its name; null: nothing, as replicas of an earlier build.</summary>
    public string? Name { get; set; }

    /// <summary>Replicas that say that they are of another cluster: their addresses are wrong.</summary>
    public Dictionary<int, string> OtherNames { get; } = [];

    /// <summary>Replicas of another build than 1.0.</summary>
    public Dictionary<int, string> Builds { get; } = [];

    /// <summary>Operations that <see cref="Always"/> befalls: those that begin with this.</summary>
    public string AlwaysFor { get; set; } = "";

    /// <summary>How long a replica waits before it says that it reached no majority, and the wait.</summary>
    public (TimeSpan Time, Func<Task> Wait) NoQuorumAfter { get; set; } = (TimeSpan.FromMilliseconds(1), () => Task.CompletedTask);

    /// <summary>Waits for as long as a watch waits that has nothing to tell, and is told of a change meanwhile. It never waits if a test does not say so.</summary>
    public Func<TimeSpan, Task> WatchWait { get; set; } = _ => Task.CompletedTask;

    /// <summary>What a replica did from an event on.</summary>
    public Func<int, long, TraceReply> Trace { get; set; } = (replica, from) => new TraceReply
    {
        ReplicaId = replica,
        Events = [],
        Next = Math.Max(from, 1),
        HasGap = false,
        CompleteUntil = DateTime.MaxValue,
    };

    /// <summary>Whether there is one channel to each place, as there is to a real one: so calls share messages.</summary>
    public bool KeepsChannels { get; set; }

    /// <summary>Whether each answer is nil.</summary>
    public bool AnswersNil { get; set; }

    /// <summary>How many results the answer to a batch or a transaction lacks.</summary>
    public int ResultsLacking { get; set; }

    /// <summary>Whether somebody was asked for the members as if that were the request of a call.</summary>
    public bool LookIsACall { get; private set; }

    /// <summary>Whether the channels are closed.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Addresses where nobody listens.</summary>
    public HashSet<Uri> Gone { get; } = [];

    /// <summary>Who leads, and what becomes of changes of the members.</summary>
    public FakeMembers Members { get; }

    /// <summary>What replicas say of the members, by address; whoever is not in it says that nothing was ever changed.</summary>
    public Dictionary<Uri, MemberReport> Told { get; } = [];

    /// <summary>Whoever is asked for the members waits for this.</summary>
    public Task MembersHeld { get; set; } = Task.CompletedTask;

    /// <summary>Places that were asked who the members are.</summary>
    public IReadOnlyList<ReplicaPlace> AskedForMembers
    {
        get
        {
            lock (_lock)
            {
                return [.. _askedForMembers];
            }
        }
    }

    /// <summary>Places whose channels were to stay, when the others were closed.</summary>
    public IReadOnlyCollection<ReplicaPlace> Kept { get; private set; } = [];

    public bool FaultLabOn { get; set; } = true;

    /// <summary>What replicas may do that are no voters.</summary>
    public Dictionary<int, string> Standings { get; } = [];

    public Action<int, string> Heard { get; set; } = (_, _) => { };

    public long Revision { get; private set; }

    public int Sessions { get; private set; }

    public IReadOnlyList<FakeCall> Calls
    {
        get
        {
            lock (_lock)
            {
                return [.. _calls];
            }
        }
    }

    public IReadOnlyList<FakeCall> Mutations => [.. Calls.Where(c => c.Identity is not null)];

    /// <summary>Lets the next calls at a replica go wrong, in this order.</summary>
    public void Befall(int replica, params Mishap[] mishaps) => _mishaps[replica] = new Queue<Mishap>(mishaps);

    /// <summary>Lets the next call of whichever replica is asked go wrong, and the calls after it as told.</summary>
    public void BefallNext(params Mishap[] mishaps) => _mishaps[0] = new Queue<Mishap>(mishaps);

    public static PaxosClientOptions Options(int? pinned = null)
    {
        return new PaxosClientOptions { Replicas = Addresses, PinnedReplica = pinned, MembersInterval = TimeSpan.Zero };
    }

    Task<IKeyValueStore> IChannelSource<IKeyValueStore>.OpenAsync(ReplicaPlace place, CancellationToken cancel)
    {
        lock (_lock)
        {
            return Task.FromResult<IKeyValueStore>(
                KeepsChannels && _kept.TryGetValue(place, out FakeReplica? kept) ? kept : _kept[place] = new FakeReplica(this, place));
        }
    }

    Task<IReplicaControl> IChannelSource<IReplicaControl>.OpenAsync(ReplicaPlace place, CancellationToken cancel)
    {
        return Task.FromResult<IReplicaControl>(new FakeControl(this, place));
    }

    public void KeepOnly(IReadOnlyCollection<ReplicaPlace> places) => Kept = places;

    /// <summary>Whether it was said that nobody waits for calls any more.</summary>
    public bool IsAbandoned { get; private set; }

    public void Abandon() => IsAbandoned = true;

    /// <summary>A configuration: voters at <see cref="Addresses"/> or where they are said to be.</summary>
    public static MemberReport Configuration(long number, params (int Replica, Uri? Client, bool IsVoter)[] members) => new()
    {
        Configuration = number,
        Members = [.. members.Select(member => new MemberData
        {
            ReplicaId = member.Replica,
            Incarnation = "first",
            IsVoter = member.IsVoter,
            Client = (member.Client ?? Addresses[member.Replica]).GetLeftPart(UriPartial.Authority),
            Peer = "http://127.0.0.1:1",
        })],
    };

    /// <summary>All replicas say from now on that this one leads; null: none does.</summary>
    public void Leads(int? leader)
    {
        foreach ((int id, Uri address) in Addresses)
        {
            Told[address] = ToldBy(new ReplicaPlace(id, address)) with { Leader = leader };
        }
    }

    public async Task<MemberReport> MembersAsync(ReplicaPlace place)
    {
        lock (_lock)
        {
            _askedForMembers.Add(place);
            LookIsACall |= RequestDeparture.Current is not null;
        }

        await MembersHeld;
        return AnswersNil ? null! : Gone.Contains(place.Address) ? throw Thrown(Mishap.Refused, null) : ToldBy(place);
    }

    public MemberReport ToldBy(ReplicaPlace place)
    {
        return Told.GetValueOrDefault(place.Address)
                ?? Configuration(0, [.. Addresses.Keys.Select(id => (id, (Uri?)null, true))]);
    }

    public ValueTask DisposeAsync()
    {
        IsClosed = true;
        return ValueTask.CompletedTask;
    }

    public Task<TReply> CallAsync<TReply>(int replica, string operation, RequestIdentity? identity, Func<TReply> execute) =>
        CallAsync(new ReplicaPlace(replica, Addresses.GetValueOrDefault(replica, new Uri("http://nowhere"))), operation, identity, execute);

    public async Task<TReply> CallAsync<TReply>(ReplicaPlace place, string operation, RequestIdentity? identity, Func<TReply> execute)
    {
        Mishap? mishap = Note(new FakeCall(place.Replica, operation, identity, place.Address));
        Heard(place.Replica, operation);
        if (mishap is null)
        {
            TReply reply = Execute(execute);
            return AnswersNil ? default! : reply;
        }

        if (mishap == Mishap.AnswerLost)
        {
            Execute(execute);
        }

        if (mishap == Mishap.Silent)
        {
            await new TaskCompletionSource().Task;
        }

        if (mishap == Mishap.NoQuorum)
        {
            await NoQuorumAfter.Wait();
        }

        throw Thrown(mishap.Value, identity);
    }

    public object Once(RequestIdentity? identity, Func<object> apply)
    {
        if (identity is null)
        {
            return apply();
        }

        FakeSession session = _sessions.TryGetValue(identity.Session, out var known) ? known : _sessions[identity.Session] = new FakeSession();
        return session.TryOnce(identity, apply) ?? throw Thrown(Mishap.SessionExpired, identity);
    }

    public ResolveReply Resolve(string session, long sequence)
    {
        object? answer = _sessions.GetValueOrDefault(session)?.TryOnce(
            new RequestIdentity { Session = session, Sequence = sequence, AcknowledgedThrough = 0 }, () => new ResolveReply { Outcome = ResolveOutcome.NotApplied });
        return answer switch
        {
            null => new ResolveReply { Outcome = ResolveOutcome.Forgotten },
            PutReply put => new ResolveReply { Outcome = ResolveOutcome.Applied, Put = put },
            DeleteReply delete => new ResolveReply { Outcome = ResolveOutcome.Applied, Delete = delete },
            BatchReply batch => new ResolveReply { Outcome = ResolveOutcome.Applied, Batch = batch },
            TransactReply transact => new ResolveReply { Outcome = ResolveOutcome.Applied, Transact = transact },
            ResolveReply withdrawn => withdrawn,
            _ => throw new NotSupportedException($"{answer}"),
        };
    }

    public PutReply Put(string key, byte[] value, string? lease = null)
    {
        Leases.Attach(key, lease);
        bool replaced = _keys.TryGetValue(key, out var old);
        _keys[key] = (value, ++Revision, old.Version + 1, replaced ? old.Created : Revision);
        Tell(new KeyChange { Revision = Revision, Kind = KeyChangeKind.Put, Key = key, Value = value, Slot = Revision });
        return new PutReply { Revision = Revision, Replaced = replaced, Slot = Revision };
    }

    public DeleteReply Delete(string key)
    {
        Leases.Attach(key, null);
        bool found = _keys.Remove(key);
        if (found)
        {
            Tell(new KeyChange { Revision = ++Revision, Kind = KeyChangeKind.Delete, Key = key, Slot = Revision });
        }

        return new DeleteReply { Revision = Revision, Found = found, Slot = Revision };
    }

    public BatchReply Batch(BatchOperation[] operations)
    {
        BatchOperationReply[] replies = Array.ConvertAll(operations, o => o.Kind == BatchOperationKind.Put
            ? new BatchOperationReply { Found = Put(o.Key, o.Value!, o.LeaseId).Replaced, Revision = Revision }
            : new BatchOperationReply { Found = Delete(o.Key).Found, Revision = Revision });
        return new BatchReply { Operations = replies[..^ResultsLacking], Revision = Revision, Slot = Revision };
    }

    public TransactReply Transact(Comparison[] comparisons, BatchOperation[] then, BatchOperation[] otherwise)
    {
        GetReply[] found = Array.ConvertAll(comparisons, comparison => Get(comparison.Key));
        bool held = comparisons.Zip(found).All(pair => Holds(pair.First, pair.Second));
        BatchReply batch = Batch(held ? then : otherwise);
        return new TransactReply
        {
            Held = held,
            Revision = Revision,
            Slot = Revision,
            Operations = batch.Operations,
            Compared = held ? [] : Array.ConvertAll(found, key => new ComparedKey { ModificationRevision = key.ModificationRevision, Version = key.Version }),
        };
    }

    private static bool Holds(Comparison comparison, GetReply found) => comparison.Kind switch
    {
        ComparisonKind.Value => found.Found && found.Value!.SequenceEqual(comparison.Value!),
        ComparisonKind.Exists => found.Found,
        ComparisonKind.Missing => !found.Found,
        ComparisonKind.ModificationRevision => found.ModificationRevision == comparison.Number,
        _ => found.Version == comparison.Number,
    };

    public GetReply Get(string key)
    {
        return _keys.TryGetValue(key, out var entry)
            ? new GetReply
            {
                Found = true,
                Value = entry.Value,
                CreateRevision = entry.Created,
                ModificationRevision = entry.Revision,
                Version = entry.Version,
                AppliedThrough = Revision,
            }
            : new GetReply { Found = false, AppliedThrough = Revision };
    }

    /// <summary>At most two keys in a page.</summary>
    public RangeReply Range(string prefix, string from, string? until, int keysMax, bool keysOnly)
    {
        string[] keys = [.. _keys.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)
            && string.CompareOrdinal(key, from) >= 0 && (until is null || string.CompareOrdinal(key, until) < 0)).Order(StringComparer.Ordinal)];
        int most = Math.Min(2, keysMax);
        return new RangeReply
        {
            Keys = [.. keys.Take(most).Select(key => new RangeKey
            {
                Key = key,
                Value = keysOnly ? null : _keys[key].Value,
                CreateRevision = _keys[key].Created,
                ModificationRevision = _keys[key].Revision,
                Version = _keys[key].Version,
            })],
            More = keys.Length > most,
            Next = keys.ElementAtOrDefault(most),
            Revision = Revision,
            AppliedThrough = Revision,
        };
    }

    /// <summary>At most two changes in an answer.</summary>
    public async Task<WatchReply> WatchAsync(ReplicaPlace place, string key, bool isPrefix, long from, int? waitMilliseconds)
    {
        (WatchReply told, Task changed) = await CallAsync(
            place, $"watch from {from} for {waitMilliseconds} ms", null, () => (Watch(key, isPrefix, from), _changed.Task));
        Task wait = from == 0 ? Task.CompletedTask : WatchWait(TimeSpan.FromMilliseconds(waitMilliseconds ?? 0));
        while (told.Changes.Length == 0 && !wait.IsCompleted)
        {
            await Task.WhenAny(changed, wait);
            (told, changed) = Execute(() => (Watch(key, isPrefix, from), _changed.Task));
        }

        return told;
    }

    private void Tell(KeyChange change)
    {
        _changes.Add(change);
        TaskCompletionSource changed = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }

    private WatchReply Watch(string key, bool isPrefix, long from)
    {
        KeyChange[] changes = from == 0 ? [] : [.. _changes
            .Where(c => c.Revision >= from && (isPrefix ? c.Key.StartsWith(key, StringComparison.Ordinal) : c.Key == key)).Take(2)];
        return new WatchReply { Changes = changes, CompleteThrough = changes.Length == 2 ? changes[1].Revision : Math.Max(Revision, from - 1) };
    }

    public OpenSessionReply OpenSession(int replica)
    {
        string name = $"session-{++Sessions}";
        _sessions[name] = new FakeSession();
        return new OpenSessionReply { Session = name, Cluster = OtherNames.GetValueOrDefault(replica) ?? Name };
    }

    public StateDigest Digest(int replica)
    {
        return new StateDigest { ReplicaId = replica, AppliedThrough = Revision, Revision = Revision, Keys = _keys.Count, Hash = "same" };
    }

    private Mishap? Note(FakeCall call)
    {
        lock (_lock)
        {
            _calls.Add(call);
            if (Gone.Contains(call.Address))
            {
                return Mishap.Refused;
            }

            foreach (int slot in new[] { call.Replica, 0 })
            {
                if (call.Operation != "open session" && _mishaps.TryGetValue(slot, out var queue) && queue.TryDequeue(out Mishap next))
                {
                    return next;
                }
            }

            return call.Operation.StartsWith(AlwaysFor, StringComparison.Ordinal) ? Always : null;
        }
    }

    private TReply Execute<TReply>(Func<TReply> execute)
    {
        lock (_lock)
        {
            return execute();
        }
    }

    private CommunicationException Thrown(Mishap mishap, RequestIdentity? identity)
    {
        return mishap switch
        {
            Mishap.Refused => new CommunicationException(
                "no", new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused")),
            Mishap.AnswerLost => new CommunicationException(
                "lost", new HttpRequestException(HttpRequestError.ResponseEnded, "The response ended prematurely")),
            Mishap.Fenced => Fault(new ReplicaFencedFault { ReplicaId = 1 }),
            Mishap.NoQuorum => Fault(new NoQuorumFault { WaitedMilliseconds = (long)NoQuorumAfter.Time.TotalMilliseconds }),
            Mishap.Overloaded => Fault(new OverloadedFault { Limit = "QueueMax", Max = 1 }),
            Mishap.StorageFull => Fault(new StorageFullFault { UsedBytes = 11, LimitBytes = 10 }),
            Mishap.LeaseLimit => Fault(new LeaseLimitFault { Limit = "LeasesMax", Max = 2 }),
            Mishap.Compacted => Fault(new CompactedFault { OldestRevision = 7 }),
            Mishap.InvalidRequest => Fault(new InvalidRequestFault { Field = "field", Reason = "It is not as it should be." }),
            Mishap.OutcomeUnknown => Fault(new OutcomeUnknownFault { WaitedMilliseconds = 1 }),
            _ => Fault(new SessionExpiredFault { Session = identity?.Session ?? "", Sequence = identity?.Sequence ?? 0 }),
        };
    }

    private static FaultException<TDetail> Fault<TDetail>(TDetail detail) => new(detail, "a sentence");
}

/// <summary>One call that arrived at a replica.</summary>
internal sealed record FakeCall(int Replica, string Operation, RequestIdentity? Identity, Uri Address);
