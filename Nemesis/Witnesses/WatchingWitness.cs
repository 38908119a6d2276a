using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Nemesis;

/// <summary>Watches all keys from the first revision on, through all faults. What it was told is judged at the end.</summary>
internal sealed class WatchingWitness(PaxosClientOptions options, Findings findings) : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private readonly PaxosKeyValueClient _store = new(options with { History = null });
    private readonly List<ToldChange> _told = [];
    private long _through;

    /// <summary>What it was told, in order. Only once nobody watches any more.</summary>
    public IReadOnlyList<ToldChange> Told => _told;

    /// <summary>How often it had to begin again, because no replica answered in time.</summary>
    public int Interruptions { get; private set; }

    /// <summary>Watches until it is told to end.</summary>
    public async Task RunAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            try
            {
                await foreach (KeyChange change in _store.WatchAsync(KeyRing.Prefix, isPrefix: true, _through + 1, over))
                {
                    _told.Add(ToldChange.Of(change));
                    Volatile.Write(ref _through, change.Revision);
                }
            }
            catch (StoreUnavailableException)
            {
                Interruptions++;
            }
            catch (CompactedException e)
            {
                // It is never so far behind.
                findings.Add($"Whoever watched had been told through revision {_through}, and then: {e.Message}");
                _through = e.OldestRevision - 1;
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Waits until it was told of a revision; whether it was is for the judge to say.</summary>
    public async Task ReachAsync(long revision, TimeSpan patience)
    {
        using var late = new CancellationTokenSource(patience);
        while (Volatile.Read(ref _through) < revision && !late.IsCancellationRequested)
        {
            await Task.Delay(Look, CancellationToken.None);
        }
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();
}
