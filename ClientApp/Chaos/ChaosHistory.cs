using PaxosWcf.Client;
using PaxosWcf.History;

namespace PaxosWcf.ClientApp;

/// <summary>The part of chaos that is recorded: clients of its own on keys of their own, beside those whose writes the
/// ledger follows.</summary>
internal sealed class ChaosHistory : IAsyncDisposable
{
    private const int ReadsAtOnce = 16;

    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(11);

    private readonly HistoryRecorder _recorder;
    private readonly PaxosClientOptions _options;
    private readonly HotKeys _keys = new($"hot-{Guid.NewGuid():n}"[..12]);
    private readonly List<PaxosKeyValueClient> _stores = [];
    private readonly List<HotKeyClient> _clients = [];
    private readonly HashSet<int> _killed = [];

    public ChaosHistory(string path, PaxosClientOptions options, ChaosPlan plan)
    {
        _recorder = HistoryFile.Create(path);
        _options = options with { History = _recorder };
        int[] replicas = [.. options.Replicas.Keys.Order()];
        for (int i = 0; i < plan.Clients; i++)
        {
            // The first ones stay with one replica each, so that every replica is asked, also right after its restart.
            int? pinned = i < replicas.Length ? replicas[i] : null;
            _stores.Add(new PaxosKeyValueClient(_options with { PinnedReplica = pinned }));
            _clients.Add(new HotKeyClient(i + 1, _stores[i], _keys, new Random(plan.Seed + i + 1)));
        }
    }

    public Task CallUntilAsync(CancellationToken over)
    {
        return Task.WhenAll(_clients.Select(c => c.CallUntilAsync(over)));
    }

    /// <summary>Notes a kill, before it happens.</summary>
    public void Killing(int replica)
    {
        _recorder.Nemesis("kill", starts: true, replica);
        _killed.Add(replica);
    }

    /// <summary>Notes that all replicas are up again.</summary>
    public void Healed()
    {
        foreach (int replica in _killed)
        {
            _recorder.Nemesis("kill", starts: false, replica);
        }

        _killed.Clear();
    }

    /// <summary>Goes on for a while in peace, and reads every key at every replica at last.</summary>
    public async Task EndAsync(CancellationToken cancel)
    {
        _recorder.Note("healed; calm traffic");
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        over.CancelAfter(Calm);
        await CallUntilAsync(over.Token);
        cancel.ThrowIfCancellationRequested();
        foreach (int replica in _options.Replicas.Keys)
        {
            await using var store = new PaxosKeyValueClient(_options with { PinnedReplica = replica });
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancel };
            await Parallel.ForEachAsync(_keys.All, parallel, async (key, token) => await store.GetAsync(key, cancel: token));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_stores.Select(s => s.DisposeAsync().AsTask()));
        _recorder.Dispose();
    }
}
