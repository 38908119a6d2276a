using PaxosWcf.Client;
using PaxosWcf.Replication.Changes;

namespace PaxosWcf.Simulator;

/// <summary>A user of the production client library who watches some keys, and goes on watching whatever becomes of replicas: change of
/// replica, where to go on from and what is repeated are the library's.</summary>
internal sealed class WatchingUser : IDisposable
{
    private static readonly ChangeFilter[] Filters = [new("", IsPrefix: true), new("k", IsPrefix: true), new("k1", IsPrefix: true), new("k1", IsPrefix: false)];

    private readonly SimulatedCluster _cluster;
    private readonly Random _random;
    private readonly ChangeFilter _filter;
    private readonly string _name;
    private readonly PaxosKeyValueClient _client;
    private readonly CallRoute _route;
    private UserOperation _current;
    private bool _isWaiting;

    public WatchingUser(SimulatedCluster cluster, ClientLinks links, int number)
    {
        _cluster = cluster;
        _random = cluster.Streams.Of("watching user", number);
        _filter = Filters[_random.Next(Filters.Length)];
        _name = $"w{number} watch {(_filter.IsPrefix ? $"{_filter.Key}*" : _filter.Key)}";
        _current = new UserOperation(_name, _cluster.Checker.OnInvoked());
        Told = new ToldChanges(cluster, _name, _filter, from: _random.Next(2));
        _route = new CallRoute(cluster, _name);
        var library = cluster.Streams.Of("watching client", number);
        _client = new PaxosKeyValueClient(
            links.Plan.Library(cluster) with { MessagesUnderWayMax = 0 },
            new SimulatedChannels(cluster, links, library, () => _current, _route),
            new SimulatedClock(cluster) { OwnerWaits = () => _isWaiting },
            library,
            SimulatedClock.Background(cluster));
    }

    /// <summary>Whether its library knows where all members are.</summary>
    public bool KnowsAll => _route.KnowsAll;

    /// <summary>What it was told.</summary>
    public ToldChanges Told { get; }

    /// <summary>Watches for ever.</summary>
    public async Task RunAsync()
    {
        while (true)
        {
            await PauseAsync();
            _current = new UserOperation(_name, _cluster.Checker.OnInvoked());
            Told.OnBegun(_current);
            try
            {
                await WatchAsync();
            }
            catch (CompactedException compacted)
            {
                _cluster.Write($"{_current} failed: {compacted.Message}");
                Told.OnCompacted(compacted.OldestRevision);
            }
            catch (StoreUnavailableException failure)
            {
                _cluster.Write($"{_current} failed: {failure.Message}");
            }
            catch (PaxosClientException failure)
            {
                _cluster.Fail($"{_current} was refused: {failure.Message}", failure);
            }
        }
    }

    /// <summary>Closes the client; nothing of that takes time here.</summary>
    public void Dispose() => _ = _client.DisposeAsync().AsTask();

    private async Task WatchAsync()
    {
        await using var changes = _client.WatchAsync(_filter.Key, _filter.IsPrefix, Told.Next).GetAsyncEnumerator();
        while (true)
        {
            _isWaiting = true;
            var moving = changes.MoveNextAsync().AsTask();
            await _cluster.Thread.Back(moving);
            _isWaiting = false;
            await moving;
            _cluster.CheckThread();
            Told.OnChange(changes.Current);
        }
    }

    // Ends inside an event, so that what follows does not pile up on the stack.
    private Task PauseAsync()
    {
        var over = new TaskCompletionSource();
        _cluster.Time.After(_random.Next(1, 3 * VirtualTime.Tick), over.SetResult);
        return over.Task;
    }
}
