using System.Text;
using PaxosWcf.Client;
using PaxosWcf.Consensus;
using PaxosWcf.Contracts;
using PaxosWcf.History;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Simulator;

/// <summary>A user of the production client library: one call after another, as long as it is told to. Session, repeats,
/// back-off, change of replica and the recording are the library's; only the network, the clock and the dice are not.</summary>
internal sealed class SimulatedUser : IDisposable
{
    private readonly SimulatedCluster _cluster;
    private readonly int _number;
    private readonly SharedKeys _keys;
    private readonly ClientPlan _plan;
    private readonly Random _random;
    private readonly PaxosKeyValueClient _client;
    private readonly CallRoute _route;
    private readonly Dictionary<string, SeenKey> _seen = new(StringComparer.Ordinal);
    private readonly UserCalls _calls;

    public SimulatedUser(SimulatedCluster cluster, ClientLinks links, SharedKeys keys, HistoryRecorder history, int number)
    {
        (_cluster, _number, _keys, _plan) = (cluster, number, keys, links.Plan);
        _route = new CallRoute(cluster, $"client {number}");
        _random = cluster.Streams.Of("user", number);
        _calls = new UserCalls(cluster, $"c{number}", _route, _random);
        var library = cluster.Streams.Of("client", number);
        var options = _plan.Library(cluster) with
        {
            // One call at a time shares nothing; but calls that were given up and never answered would be counted as under way.
            MessagesUnderWayMax = 0,
            PreferLeader = _plan.MembersTicks > 0 && number % 2 == 0,
            History = history,
        };
        var channels = new SimulatedChannels(cluster, links, library, () => _calls.Current, _route);
        _client = new PaxosKeyValueClient(options, channels, new SimulatedClock(cluster) { OwnerWaits = () => _calls.IsWaiting }, library, SimulatedClock.Background(cluster));
    }

    /// <summary>How often its library was told who the members are, and had not known.</summary>
    public int News => _route.News;

    /// <summary>How often it called a replica where that had been.</summary>
    public int Strays => _route.Strays;

    /// <summary>Whether its library knows where all members are.</summary>
    public bool KnowsAll => _route.KnowsAll;

    /// <summary>Whether it begins another call when one is over.</summary>
    public bool GoesOn { get; set; } = true;

    /// <summary>Whether it waits for an answer.</summary>
    public bool IsWaiting => _calls.IsWaiting;

    /// <summary>Calls until it is told to stop.</summary>
    public async Task RunAsync()
    {
        await _calls.PauseAsync(50 * VirtualTime.Tick);
        while (GoesOn)
        {
            await (_calls.InDoubt is { } doubt && _random.Next(3) > 0 ? ResolveAsync(doubt.Operation, doubt.End) : _calls.IsOutOfRoom ? MakeRoomAsync() : DrawnAsync());
            await _calls.PauseAsync(_plan.PauseMax);
        }
    }

    /// <summary>Deletes all keys; whether that was answered.</summary>
    public async Task<bool> DeleteAllAsync()
    {
        var answered = true;
        foreach (var key in _keys.Ever.ToArray())
        {
            answered &= await DeleteAsync(key);
        }

        return answered;
    }

    /// <summary>In peace every call must be answered: a write, and a read of every key.</summary>
    public async Task ConcludeAsync()
    {
        var key = _keys.Current.First();
        var answered = await PutAsync(key);
        while (_calls.IsOutOfRoom)
        {
            await MakeRoomAsync();
            answered = await PutAsync(key);
        }

        foreach (var other in _keys.Current)
        {
            answered &= await GetAsync(other);
        }

        if (!answered)
        {
            _cluster.Fail($"in peace, {_calls.Current} of client {_number} was not answered", inner: null, BrokenRule.Progress);
        }
    }

    /// <summary>Closes the client; nothing of that takes time here.</summary>
    public void Dispose() => _ = _client.DisposeAsync().AsTask();

    /// <summary>Writes a key once; whether that was answered.</summary>
    public Task<bool> PutAsync(string key)
    {
        var value = $"c{_number}-{_calls.Count}";
        return CallAsync($"put {key} {value}", () => _client.PutAsync(key, Encoding.UTF8.GetBytes(value)), (operation, reply, _) =>
        {
            var slot = new Slot(reply.Slot);
            _cluster.Checker.OnWriteAnswered(operation, new PutDone(slot, reply.Revision, reply.Replaced), slot);
        });
    }

    private Task<bool> DrawnAsync()
    {
        var key = _keys.Draw(_random);
        var dice = _random.Next(100);
        return dice switch
        {
            < 8 => BatchAsync(),
            < 15 when Compares => TransactAsync(),
            < 22 when Compares => CompareAndSetAsync(key),
            < 50 => PutAsync(key),
            < 60 => DeleteAsync(key),
            < 66 => RangeAsync(),
            _ => GetAsync(key),
        };
    }

    // A comparison that meets a wrong state makes other things wrong than the key: what is written, and the revision of all that follows.
    private bool Compares => !WrongStates.AreKnown(_cluster.Options);

    // At once: the next write says that nobody asks for this one any more.
    private async Task<bool> ResolveAsync(UserOperation doubtful, OutcomeUnknownException end)
    {
        var answered = await _calls.CallAsync($"resolve {doubtful}", () => _client.ResolveAsync(end), (operation, reply, _) =>
            _cluster.Checker.OnResolved(operation, doubtful, (end.Session, end.Sequence), reply));
        _calls.InDoubt = answered || _random.Next(2) == 0 ? null : (doubtful, end);
        return answered;
    }

    private Task<bool> MakeRoomAsync()
    {
        _calls.IsOutOfRoom = false;
        return DeleteAsync(_keys.DrawAny(_random));
    }

    private Task<bool> DeleteAsync(string key) => CallAsync($"delete {key}", () => _client.DeleteAsync(key), (operation, reply, _) =>
    {
        var slot = new Slot(reply.Slot);
        _cluster.Checker.OnWriteAnswered(operation, new DeleteDone(slot, reply.Revision, reply.Found), slot);
    });

    private Task<bool> BatchAsync()
    {
        var operations = SimulatedBatch.Draw(_random, () => _keys.Draw(_random), $"c{_number}-{_calls.Count}");
        var text = string.Join(' ', operations.Select(operation => operation.Value is { } value
            ? $"{operation.Key}={Encoding.UTF8.GetString(value)}"
            : $"-{operation.Key}"));
        return CallAsync($"batch {text}", () => _client.BatchAsync(operations), (operation, reply, _) =>
        {
            var answer = SimulatedBatch.Answer(operations, reply);
            _cluster.Checker.OnWriteAnswered(operation, answer, answer.Slot);
        });
    }

    private Task<bool> TransactAsync()
    {
        var drawn = SimulatedTransact.Draw(_random, () => _keys.Draw(_random), key => _seen.GetValueOrDefault(key), $"c{_number}-{_calls.Count}");
        return TransactAsync(drawn, () => _client.TransactAsync(drawn.Comparisons, drawn.Then, drawn.Otherwise));
    }

    // With what was read of the key some time ago, or just now: then it may well hold.
    private async Task<bool> CompareAndSetAsync(string key)
    {
        if (_random.Next(2) == 0)
        {
            await GetAsync(key);
        }

        var expected = _seen.GetValueOrDefault(key).Value;
        var value = _random.Next(4) == 0 ? null : Encoding.UTF8.GetBytes($"c{_number}-{_calls.Count}");
        var asked = new DrawnTransact(
            [expected is null ? Comparison.Missing(key) : Comparison.ValueIs(key, expected)],
            [value is null ? BatchOperation.Delete(key) : BatchOperation.Put(key, value)],
            []);
        return await TransactAsync(asked, () => _client.CompareAndSetAsync(key, expected, value));
    }

    private Task<bool> TransactAsync(DrawnTransact asked, Func<Task<StoreAnswer<TransactReply>>> call) =>
        CallAsync($"transact {asked}", call, (operation, reply, _) =>
        {
            var answer = SimulatedTransact.Answer(asked, reply);
            _cluster.Checker.OnWriteAnswered(operation, answer, answer.Slot);
        });

    private Task<bool> RangeAsync()
    {
        var (one, other) = (_keys.Draw(_random), _keys.Draw(_random));
        var (from, until) = _random.Next(2) == 0 ? ("", null) : string.CompareOrdinal(one, other) < 0 ? (one, other) : (other, one);
        var keysMax = _random.Next(1, 5);
        return CallAsync($"range {from}..{until} {keysMax}", () => _client.RangeAsync("k", from, until, keysMax), (operation, reply, replica) =>
            _cluster.Checker.OnRangeAnswered(operation, from, until, keysMax, reply, replica));
    }

    /// <summary>Reads a key once; whether that was answered.</summary>
    public Task<bool> GetAsync(string key) => CallAsync($"get {key}", () => _client.GetAsync(key), (operation, reply, replica) =>
    {
        _cluster.Checker.OnReadAnswered(operation, key, reply, replica);
        _seen[key] = new SeenKey(reply.Value, reply.ModificationRevision, reply.Version);
    });

    private Task<bool> CallAsync<TReply>(
        string text, Func<Task<StoreAnswer<TReply>>> call, Action<UserOperation, TReply, ReplicaId> answered) =>
        _calls.CallAsync(text, call, answered);
}
