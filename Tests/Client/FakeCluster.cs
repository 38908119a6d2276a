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

    Overloaded,

    OutcomeUnknown,

    SessionExpired,

    StorageFull,
}

/// <summary>Five replicas in memory that agree at once, apply each identity once, and fail as a test tells them to.</summary>
internal sealed class FakeCluster : IChannelSource<IKeyValueStore>, IChannelSource<IReplicaControl>
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (byte[] Value, long Revision, long Version)> _keys = [];
    private readonly Dictionary<(string Session, long Sequence), object> _answers = [];
    private readonly Dictionary<int, Queue<Mishap>> _mishaps = [];
    private readonly List<FakeCall> _calls = [];

    public static IReadOnlyDictionary<int, Uri> Addresses { get; } =
        Enumerable.Range(1, 5).ToDictionary(id => id, id => new Uri($"http://127.0.0.1:{8100 + id}"));

    /// <summary>Befalls every call at every replica; null: none.</summary>
    public Mishap? Always { get; set; }

    /// <summary>Operations that <see cref="Always"/> befalls: those that begin with this.</summary>
    public string AlwaysFor { get; set; } = "";

    public bool FaultLabOn { get; set; } = true;

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
        return new PaxosClientOptions { Replicas = Addresses, PinnedReplica = pinned };
    }

    Task<IKeyValueStore> IChannelSource<IKeyValueStore>.OpenAsync(int replica, CancellationToken cancel)
    {
        return Task.FromResult<IKeyValueStore>(new FakeReplica(this, replica));
    }

    Task<IReplicaControl> IChannelSource<IReplicaControl>.OpenAsync(int replica, CancellationToken cancel)
    {
        return Task.FromResult<IReplicaControl>(new FakeControl(this, replica));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public async Task<TReply> CallAsync<TReply>(int replica, string operation, RequestIdentity? identity, Func<TReply> execute)
    {
        Mishap? mishap = Note(new FakeCall(replica, operation, identity));
        Heard(replica, operation);
        if (mishap is null)
        {
            return Execute(execute);
        }

        if (mishap == Mishap.AnswerLost)
        {
            Execute(execute);
        }

        if (mishap == Mishap.Silent)
        {
            await new TaskCompletionSource().Task;
        }

        throw Thrown(mishap.Value, identity);
    }

    public object Once(RequestIdentity? identity, Func<object> apply)
    {
        if (identity is null)
        {
            return apply();
        }

        if (!_answers.TryGetValue((identity.Session, identity.Sequence), out object? answer))
        {
            _answers[(identity.Session, identity.Sequence)] = answer = apply();
        }

        return answer;
    }

    public PutReply Put(string key, byte[] value)
    {
        bool replaced = _keys.TryGetValue(key, out var old);
        _keys[key] = (value, ++Revision, old.Version + 1);
        return new PutReply { Revision = Revision, Replaced = replaced, Slot = Revision };
    }

    public DeleteReply Delete(string key)
    {
        bool found = _keys.Remove(key);
        Revision += found ? 1 : 0;
        return new DeleteReply { Revision = Revision, Found = found, Slot = Revision };
    }

    public BatchReply Batch(BatchOperation[] operations)
    {
        BatchOperationReply[] replies = Array.ConvertAll(operations, o => o.Kind == BatchOperationKind.Put
            ? new BatchOperationReply { Found = Put(o.Key, o.Value!).Replaced, Revision = Revision }
            : new BatchOperationReply { Found = Delete(o.Key).Found, Revision = Revision });
        return new BatchReply { Operations = replies, Revision = Revision, Slot = Revision };
    }

    public GetReply Get(string key)
    {
        return _keys.TryGetValue(key, out var entry)
            ? new GetReply
            {
                Found = true,
                Value = entry.Value,
                CreateRevision = entry.Revision,
                ModificationRevision = entry.Revision,
                Version = entry.Version,
                AppliedThrough = Revision,
            }
            : new GetReply { Found = false, AppliedThrough = Revision };
    }

    public OpenSessionReply OpenSession() => new() { Session = $"session-{++Sessions}" };

    public StateDigest Digest(int replica)
    {
        return new StateDigest { ReplicaId = replica, AppliedThrough = Revision, Revision = Revision, Keys = _keys.Count, Hash = "same" };
    }

    private Mishap? Note(FakeCall call)
    {
        lock (_lock)
        {
            _calls.Add(call);
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

    private static CommunicationException Thrown(Mishap mishap, RequestIdentity? identity)
    {
        return mishap switch
        {
            Mishap.Refused => new CommunicationException(
                "no", new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused")),
            Mishap.AnswerLost => new CommunicationException(
                "lost", new HttpRequestException(HttpRequestError.ResponseEnded, "The response ended prematurely")),
            Mishap.NoQuorum => Fault(new NoQuorumFault { WaitedMilliseconds = 1 }),
            Mishap.Overloaded => Fault(new OverloadedFault { Limit = "QueueMax", Max = 1 }),
            Mishap.StorageFull => Fault(new StorageFullFault { UsedBytes = 11, LimitBytes = 10 }),
            Mishap.OutcomeUnknown => Fault(new OutcomeUnknownFault { WaitedMilliseconds = 1 }),
            _ => Fault(new SessionExpiredFault { Session = identity?.Session ?? "", Sequence = identity?.Sequence ?? 0 }),
        };
    }

    private static FaultException<TDetail> Fault<TDetail>(TDetail detail) => new(detail, "a sentence");
}

/// <summary>One call that arrived at a replica.</summary>
internal sealed record FakeCall(int Replica, string Operation, RequestIdentity? Identity);
