using PaxosWcf.Client;

namespace PaxosWcf.Nemesis;

/// <summary>The clients: each with one call open at a time, all on the same few keys. Half of them go to one replica each
/// and stay, so that every replica is asked while it is cut off or has just come back; the others go where there is an answer, every second
/// one of them where the leader is. Of the rest each has two companions that share its client object: its session has calls under way at once, and its
/// messages carry more than one.</summary>
internal sealed class Workload : IAsyncDisposable
{
    private const int WritesToMeetAllKeys = 40;
    private const int SharersOfOne = 3;

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
            PaxosKeyValueClient store = Store(n % 2 == 0
                ? options with { PinnedReplica = replicas[n / 2 % replicas.Length] }
                : options with { PreferLeader = n % 4 == 3 });
            for (int users = n % 4 == 1 ? SharersOfOne : 1; users > 0; users--)
            {
                _clients.Add(new StoreUser(_clients.Count, store, Counts, Batches));
            }
        }
    }

    public CallCounts Counts { get; } = new();

    public SentBatches Batches { get; } = new();

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

    /// <summary>Reads every key at every replica, once all is calm; says which read got no answer. A replica that is silent once is asked no more: each silence
    /// takes as long as a client waits.</summary>
    public async Task<IReadOnlyList<Silence>> FinalReadsAsync(CancellationToken cancel)
    {
        var silent = new List<Silence>();
        foreach (int replica in _options.Replicas.Keys.Order())
        {
            var reader = new StoreUser(_clients.Count, Store(_options with { PinnedReplica = replica }), Counts, Batches);
            foreach (string key in Keys)
            {
                cancel.ThrowIfCancellationRequested();
                if (!await reader.GetAsync(key))
                {
                    silent.Add(new Silence(replica, key, reader.Why));
                    break;
                }
            }
        }

        return silent;
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_stores.Select(s => s.DisposeAsync().AsTask()));

    private PaxosKeyValueClient Store(PaxosClientOptions options)
    {
        var store = new PaxosKeyValueClient(options);
        _stores.Add(store);
        return store;
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
                >= 80 => client.BatchAsync(new[] { key, _keys.Next(random), _keys.Next(random) }.Distinct()),
                >= 65 => client.SwapAsync(key),
                _ => client.PutAsync(key),
            });
            await Task.Delay(ThinkMax * random.NextDouble(), CancellationToken.None);
        }
    }
}
