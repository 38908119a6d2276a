using System.Text;
using PaxosWcf.Client;
using PaxosWcf.Consensus;
using PaxosWcf.Contracts;

namespace PaxosWcf.Simulator;

/// <summary>A user of the production client library who holds a lease now and then, renews it or forgets to, and puts keys by it that others like it put by theirs.</summary>
internal sealed class LeasingUser : IDisposable
{
    /// <summary>The longest time to live that it asks for, in seconds.</summary>
    public const int SecondsMax = 2;

    private const int Keys = 4;

    private readonly SimulatedCluster _cluster;
    private readonly int _number;
    private readonly Random _random;
    private readonly PaxosKeyValueClient _client;
    private readonly UserCalls _calls;
    private string? _lease;

    public LeasingUser(SimulatedCluster cluster, ClientLinks links, int number)
    {
        (_cluster, _number) = (cluster, number);
        _random = cluster.Streams.Of("leasing user", number);
        var route = new CallRoute(cluster, $"leasing client {number}");
        _calls = new UserCalls(cluster, $"l{number}", route, _random);
        var library = cluster.Streams.Of("leasing client", number);
        _client = new PaxosKeyValueClient(
            links.Plan.Library(cluster) with { MessagesUnderWayMax = 0 },
            new SimulatedChannels(cluster, links, library, () => _calls.Current, route),
            new SimulatedClock(cluster) { OwnerWaits = () => _calls.IsWaiting },
            library,
            SimulatedClock.Background(cluster));
    }

    /// <summary>Whether it begins another call when one is over.</summary>
    public bool GoesOn { get; set; } = true;

    /// <summary>Whether it waits for an answer.</summary>
    public bool IsWaiting => _calls.IsWaiting;

    /// <summary>Calls until it is told to stop.</summary>
    public async Task RunAsync()
    {
        await PauseAsync();
        while (GoesOn)
        {
            await (_lease is { } lease ? DrawnAsync(lease) : GrantAsync());
            await PauseAsync();
        }
    }

    /// <summary>Closes the client; nothing of that takes time here.</summary>
    public void Dispose() => _ = _client.DisposeAsync().AsTask();

    // Often less than it takes the lease to end, sometimes more.
    private Task PauseAsync() => _calls.PauseAsync((_random.Next(6) == 0 ? 120 : 20) * VirtualTime.Tick);

    private Task<bool> DrawnAsync(string lease) => _random.Next(20) switch
    {
        < 7 => KeepAsync(lease),
        < 14 => PutAsync(lease),
        < 17 => TransactAsync(lease),
        < 18 => RevokeAsync(lease),
        _ => ForgetAsync(),
    };

    private Task<bool> GrantAsync()
    {
        var asked = _cluster.Fastest.Now;
        var seconds = _random.Next(1, SecondsMax + 1);
        return _calls.CallAsync($"grant {seconds} s", () => _client.Leases.GrantAsync(TimeSpan.FromSeconds(seconds)), (operation, reply, _) =>
        {
            _lease = reply.LeaseId;
            _cluster.Checker.OnWriteAnswered(operation, SimulatedLease.Answer(_cluster.Checker.Leases.RevisionAt(reply), reply), new Slot(reply.Slot));
            _cluster.Checker.Leases.OnHeld(operation, reply, asked);
        });
    }

    private Task<bool> KeepAsync(string lease)
    {
        var asked = _cluster.Fastest.Now;
        return _calls.CallAsync($"renew {lease}", () => _client.Leases.KeepAliveAsync(lease), (operation, reply, _) =>
            _cluster.Checker.OnRenewed(operation, reply, asked), OnNotFound);
    }

    private Task<bool> RevokeAsync(string lease)
    {
        _lease = null;
        return _calls.CallAsync($"revoke {lease}", () => _client.Leases.RevokeAsync(lease), (operation, reply, _) =>
            _cluster.Checker.OnWriteAnswered(operation, SimulatedLease.Answer(lease, reply), new Slot(reply.Slot)));
    }

    private Task<bool> PutAsync(string lease)
    {
        BatchOperation[] operations = [.. Enumerable.Range(0, _random.Next(1, 4)).Select(place => Draw(lease, place))];
        return _calls.CallAsync($"leased batch {Text(operations)}", () => _client.BatchAsync(operations), (operation, reply, _) =>
        {
            var answer = SimulatedBatch.Answer(operations, reply);
            _cluster.Checker.OnWriteAnswered(operation, answer, answer.Slot);
        }, OnNotFound);
    }

    // As whoever wants a lock does it.
    private Task<bool> TransactAsync(string lease)
    {
        var asked = new DrawnTransact([Comparison.Missing(DrawKey())], [Draw(lease, 0)], _random.Next(2) == 0 ? [] : [Draw(lease, 1)]);
        return _calls.CallAsync($"leased transact {asked}", () => _client.TransactAsync(asked.Comparisons, asked.Then, asked.Otherwise), (operation, reply, _) =>
        {
            var answer = SimulatedTransact.Answer(asked, reply);
            _cluster.Checker.OnWriteAnswered(operation, answer, answer.Slot);
        }, OnNotFound);
    }

    private Task<bool> ForgetAsync()
    {
        _lease = null;
        return Task.FromResult(true);
    }

    // Most by the lease, some by none any more.
    private BatchOperation Draw(string lease, int place) => _random.Next(8) switch
    {
        0 => BatchOperation.Delete(DrawKey()),
        1 => BatchOperation.Put(DrawKey(), Value(place)),
        _ => BatchOperation.Put(DrawKey(), Value(place), lease),
    };

    private string DrawKey() => $"l{_random.Next(Keys)}";

    private byte[] Value(int place) => Encoding.UTF8.GetBytes($"l{_number}-{_calls.Count}-{place}");

    private void OnNotFound(LeaseNotFoundException gone)
    {
        _lease = null;
        _cluster.Checker.Leases.OnNotFound(_calls.Current, gone.Lease);
        _cluster.Checker.Ledger.OnRefusedByLease(_calls.Current);
    }

    private static string Text(BatchOperation[] operations) => string.Join(' ', operations.Select(operation => operation.Value is null
        ? $"-{operation.Key}"
        : $"{operation.Key}{(operation.LeaseId is { } lease ? $"@{lease}" : "")}"));
}
