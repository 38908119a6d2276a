using PaxosWcf.Client;

namespace PaxosWcf.Nemesis;

/// <summary>The clients: each with one call open at a time, all on the same few keys. Half of them go to one replica each
/// and stay, so that every replica is asked while it is cut off or has just come back; the others go where there is an answer, every second
/// one of them where the leader is.</summary>
internal sealed class Workload : IAsyncDisposable
{
    private const int WritesToMeetAllKeys = 40;

    private static readonly TimeSpan ThinkMax = TimeSpan.FromMilliseconds(20);

    private readonly List<PaxosKeyValueClient> _stores = [];
    private readonly List<StoreUser> _clients = [];
    private readonly KeyRing _keys = new();
    private readonly Gate _gate = new();
    private readonly PaxosClientOptions _options;
    private readonly int _seed;

    public Workload(PaxosClientOptions options, int clients, int seed)
    {
        (_options, _seed) = (options, seed);
        int[] replicas = [.. options.Replicas.Keys.Order()];
        for (int n = 0; n < clients; n++)
        {
            _clients.Add(Client(n, n % 2 == 0
                ? options with { PinnedReplica = replicas[n / 2 % replicas.Length] }
                : options with { PreferLeader = n % 4 == 3 }));
        }
    }

    public CallCounts Counts { get; } = new();

    public IReadOnlyList<string> Keys => _keys.Used;

    /// <summary>Asks and asks. Being over cancels no call: each ends with an answer, a refusal or a doubt.</summary>
    public Task RunAsync(CancellationToken over) => Task.WhenAll(_clients.Select((client, n) => RunAsync(client, n, over)));

    /// <summary>Has all stay with the keys of the moment, and remove none, until what it returns is disposed, and waits until each of these may have been written.</summary>
    public async Task<IDisposable> StayAsync(TimeSpan patience)
    {
        IDisposable staying = _keys.Stay();
        using var late = new CancellationTokenSource(patience);
        for (int before = Counts.AnsweredWrites; Counts.AnsweredWrites < before + WritesToMeetAllKeys && !late.IsCancellationRequested;)
        {
            await Task.Delay(ThinkMax, CancellationToken.None);
        }

        return staying;
    }

    /// <summary>Has all wait, once their calls under way are over, until what it returns is disposed.</summary>
    public Task<IDisposable> PauseAsync() => _gate.CloseAsync();

    /// <summary>Reads every key at every replica, once all is calm; says which read got no answer.</summary>
    public async Task<IReadOnlyList<string>> FinalReadsAsync()
    {
        var silent = new List<string>();
        foreach (int replica in _options.Replicas.Keys.Order())
        {
            StoreUser reader = Client(_clients.Count, _options with { PinnedReplica = replica });
            foreach (string key in Keys)
            {
                if (!await reader.GetAsync(key))
                {
                    silent.Add($"Replica {replica} gave no answer to the final read of {key}.");
                }
            }
        }

        return silent;
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_stores.Select(s => s.DisposeAsync().AsTask()));

    private StoreUser Client(int number, PaxosClientOptions options)
    {
        var store = new PaxosKeyValueClient(options);
        _stores.Add(store);
        return new StoreUser(number, store, Counts);
    }

    private async Task RunAsync(StoreUser client, int number, CancellationToken over)
    {
        var random = new Random(unchecked((_seed * 7919) + number));
        while (!over.IsCancellationRequested)
        {
            string key = _keys.Next(random);
            await _gate.PassAsync(() => random.Next(100) switch
            {
                < 45 => client.GetAsync(key),
                >= 88 when !_keys.Stays => client.DeleteAsync(key),
                _ => client.PutAsync(key),
            });
            await Task.Delay(ThinkMax * random.NextDouble(), CancellationToken.None);
        }
    }
}
