using System.Threading.Channels;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Replication;

/// <summary>Feeds a driver: everything that happens to the replica goes through one bounded queue and is taken from it
/// in batches, by one task. The only place where a replica meets threads and time.</summary>
public sealed class ReplicaLoop : IAsyncDisposable
{
    /// <summary>Events that may wait, at most. Beyond it messages are dropped, as the network may drop them, and clients
    /// are refused with Overloaded.</summary>
    public const int QueueMax = 8192;

    /// <summary>Events in one batch, at most: it bounds how long a flush gathers.</summary>
    public const int BatchMax = 1024;

    private readonly ReplicaDriver _driver;
    private readonly Channel<ReplicaEvent> _queue = Channel.CreateBounded<ReplicaEvent>(
        new BoundedChannelOptions(QueueMax) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly ITimer _ticker;
    private int _tickWaits;

    /// <summary>Makes a loop; <see cref="Completion"/> runs from here on.</summary>
    /// <param name="driver">The replica.</param>
    /// <param name="tick">How long a tick is.</param>
    /// <param name="time">The clock that ticks.</param>
    public ReplicaLoop(ReplicaDriver driver, TimeSpan tick, TimeProvider time)
    {
        _driver = driver;
        Completion = Task.Run(RunAsync);
        _ticker = time.CreateTimer(_ => OnTick(), state: null, tick, tick);
    }

    /// <summary>Ends when the loop was stopped; fails with <see cref="StoreFailedException"/> or an invariant's exception
    /// when the replica must stop.</summary>
    public Task Completion { get; }

    /// <summary>Puts an event into the queue. False when the queue is full or the loop has stopped: the event will not
    /// happen.</summary>
    public bool TryPost(ReplicaEvent happened) => _queue.Writer.TryWrite(happened);

    /// <summary>Puts an event into the queue, and waits for room.</summary>
    public ValueTask PostAsync(ReplicaEvent happened, CancellationToken cancellationToken) =>
        _queue.Writer.WriteAsync(happened, cancellationToken);

    /// <summary>Waits for what a posted event reports.</summary>
    /// <exception cref="ChannelClosedException">The loop ended before it came to the event.</exception>
    public async Task<T> AnswerAsync<T>(Task<T> report)
    {
        await Task.WhenAny(report, Completion);
        return report.IsCompleted ? await report : throw new ChannelClosedException();
    }

    /// <summary>Takes no more events, ends with those that wait.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ticker.DisposeAsync();
        _queue.Writer.TryComplete();
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task RunAsync()
    {
        var batch = new List<ReplicaEvent>(BatchMax);
        try
        {
            while (await _queue.Reader.WaitToReadAsync())
            {
                batch.Clear();
                while (batch.Count < BatchMax && _queue.Reader.TryRead(out var happened))
                {
                    if (happened is TickPassed)
                    {
                        Volatile.Write(ref _tickWaits, 0);
                    }

                    batch.Add(happened);
                }

                _driver.Run(batch);
            }

            _driver.Stop();
        }
        finally
        {
            // A replica that failed takes nothing more: its callers are refused instead of waiting for ever.
            _queue.Writer.TryComplete();
        }
    }

    // A loop that is busy for longer than a tick finds one tick waiting, not a heap of them: time lost is not time
    // without a leader.
    private void OnTick()
    {
        if (Interlocked.Exchange(ref _tickWaits, 1) == 0 && !TryPost(TickPassed.Instance))
        {
            Volatile.Write(ref _tickWaits, 0);
        }
    }
}
