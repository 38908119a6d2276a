using Microsoft.Extensions.Time.Testing;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Client;

/// <summary>A client of a <see cref="FakeCluster"/> whose time passes only when nothing else happens.</summary>
internal sealed class ClientUnderTest
{
    private readonly FakeTimeProvider _time;
    private readonly long _start;

    public ClientUnderTest(int? pinned = null, int seed = 1, TimeSpan membersInterval = default, bool preferLeader = false, TimeSpan? operationTimeout = null,
        FakeTimeProvider? time = null, string? meant = null)
    {
        _time = time ?? new FakeTimeProvider();
        _start = _time.GetTimestamp();
        Client = new PaxosKeyValueClient(
            FakeCluster.Options(pinned) with
            {
                MembersInterval = membersInterval,
                PreferLeader = preferLeader,
                Cluster = meant,
                OperationTimeout = operationTimeout ?? FakeCluster.Options(pinned).OperationTimeout,
            },
            Cluster, _time, new Random(seed));
    }

    public FakeCluster Cluster { get; } = new();

    public PaxosKeyValueClient Client { get; }

    public void Advance(TimeSpan time) => _time.Advance(time);

    /// <summary>Waits in the client's own time.</summary>
    public Task DelayAsync(TimeSpan time) => Task.Delay(time, _time);

    public TimeSpan Elapsed => _time.GetElapsedTime(_start);

    private static readonly byte[] Value = "value"u8.ToArray();

    public Task<StoreAnswer<PutReply>> PutAsync(string key, byte[]? value = null)
    {
        return EndAsync(() => Client.PutAsync(key, value ?? Value));
    }

    public Task<StoreAnswer<GetReply>> GetAsync(string key, CancellationTokenSource? giveUp = null, TimeSpan? step = null)
    {
        return EndAsync(() => Client.GetAsync(key, cancel: giveUp?.Token ?? default), step);
    }

    public Task<StoreAnswer<BatchReply>> BatchAsync(IReadOnlyList<BatchOperation> operations)
    {
        return EndAsync(() => Client.BatchAsync(operations));
    }

    public Task<StoreAnswer<TransactReply>> TransactAsync(
        IReadOnlyList<Comparison> comparisons, IReadOnlyList<BatchOperation> then, IReadOnlyList<BatchOperation>? otherwise)
    {
        return EndAsync(() => Client.TransactAsync(comparisons, then, otherwise));
    }

    /// <summary>Watches until so many changes were told.</summary>
    public Task<IReadOnlyList<KeyChange>> WatchAsync(
        int changes, string key, bool isPrefix = false, long from = 0, Func<StoreUnavailableException, Task>? onUnavailable = null)
    {
        return EndAsync<IReadOnlyList<KeyChange>>(async () =>
        {
            var told = new List<KeyChange>();
            await foreach (KeyChange change in Client.WatchAsync(key, isPrefix, from, onUnavailable))
            {
                told.Add(change);
                if (told.Count == changes)
                {
                    break;
                }
            }

            return told;
        });
    }

    /// <summary>Lets time pass until a call ends, in steps.</summary>
    public async Task<T> EndAsync<T>(Func<Task<T>> start, TimeSpan? step = null)
    {
        Task<T> call = start();
        while (!call.IsCompleted)
        {
            _time.Advance(step ?? TimeSpan.FromMilliseconds(50));

            // Work that the step woke runs on the thread pool: give it a moment before more time passes. No verdict
            // hangs on how long that moment is.
            await Task.WhenAny(call, Task.Delay(1));
        }

        return await call;
    }
}
