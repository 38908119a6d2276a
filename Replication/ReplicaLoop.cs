using System.Threading.Channels;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Replication;

/// <summary>Feeds a driver: everything that happens to the replica goes through one bounded queue and is taken from it
/// in batches, by one thread at a time. The only place where a replica meets threads and time.</summary>
/// <remarks>Whoever brings something while the loop is idle may run it there and then (<see cref="Gather"/>): to wake another thread
/// for it takes longer than most of what is to be done. It runs one batch; what came meanwhile goes on in the thread pool.</remarks>
public sealed class ReplicaLoop : IAsyncDisposable
{
    /// <summary>Events that may wait, at most. Beyond it messages are dropped, as the network may drop them, and clients
    /// are refused with Overloaded.</summary>
    public const int QueueMax = 8192;

    /// <summary>Events in one batch, at most: it bounds how long a flush gathers.</summary>
    public const int BatchMax = 1024;

    // Of a tick: a timer's calls that waited for a thread come all at once, and who counts ticks would take them for time that passed.
    private const double TickPartMin = 0.75;

    private readonly ReplicaDriver _driver;
    private readonly Channel<ReplicaEvent> _queue = Channel.CreateBounded<ReplicaEvent>(
        new BoundedChannelOptions(QueueMax) { SingleReader = false, FullMode = BoundedChannelFullMode.Wait });

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<ReplicaEvent> _batch = new(BatchMax);
    private readonly ReplyQueue _replies;
    private readonly ITimer _ticker;
    private readonly TimeProvider _time;
    private readonly TimeSpan _tick;
    private readonly TimeSpan _tickMin;
    private int _tickWaits;
    private long _tickedAt;
    private long _tickTakenAt;

    // 1 while some thread runs the loop, gathers for it, or is about to; after the end for ever.
    private int _taken;
    private volatile bool _stopping;

    /// <summary>Makes a loop.</summary>
    /// <param name="driver">The replica.</param>
    /// <param name="tick">How long a tick is.</param>
    /// <param name="time">The clock that ticks.</param>
    /// <param name="replies">Where the driver's output puts replies that are to wait until the loop is given back; null: a new one.</param>
    /// <param name="ticks">Whether it ticks from now on; otherwise from <see cref="BeginTicks"/> on, and until then the replica only answers.</param>
    public ReplicaLoop(ReplicaDriver driver, TimeSpan tick, TimeProvider time, ReplyQueue? replies = null, bool ticks = true)
    {
        _driver = driver;
        _replies = replies ?? new ReplyQueue();
        _time = time;
        _tickMin = tick * TickPartMin;
        _tickedAt = _tickTakenAt = time.GetTimestamp();
        _tick = tick;
        _ticker = time.CreateTimer(_ => OnTick(), state: null, ticks ? tick : Timeout.InfiniteTimeSpan, tick);
    }

    /// <summary>How the replica is as of the last batch.</summary>
    public ReplicaFigures Figures => _driver.Figures;

    /// <summary>Time passes for the replica from now on: it begins to ask, and to campaign.</summary>
    public void BeginTicks() => _ticker.Change(_tick, _tick);

    /// <summary>Ends when the loop was stopped; fails with <see cref="StoreFailedException"/> or an invariant's exception
    /// when the replica must stop.</summary>
    public Task Completion => _ended.Task;

    /// <summary>How long ago it took in a tick, or was made: much longer than a tick, and it hangs, in its disk for example. Any thread may ask.</summary>
    public TimeSpan SinceTick => _time.GetElapsedTime(Volatile.Read(ref _tickTakenAt));

    /// <summary>Where callers that are answered within a batch put what they are to be told.</summary>
    public ReplyQueue Replies => _replies;

    /// <summary>Puts an event into the queue. False when the queue is full or the loop has stopped: the event will not
    /// happen.</summary>
    public bool TryPost(ReplicaEvent happened)
    {
        if (!_queue.Writer.TryWrite(happened))
        {
            return false;
        }

        Wake();
        return true;
    }

    /// <summary>Puts an event into the queue, and waits for room.</summary>
    public async ValueTask PostAsync(ReplicaEvent happened, CancellationToken cancellationToken)
    {
        await _queue.Writer.WriteAsync(happened, cancellationToken);
        Wake();
    }

    /// <summary>What this thread posts until it disposes the result is one batch, which runs then, on this thread, if the loop is idle
    /// now. Do not await anything meanwhile, and do not keep it where other locks are held.</summary>
    public Gathering Gather() => new(TryTake() ? this : null);

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
        _stopping = true;
        Wake();
        await Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private bool TryTake() => Interlocked.CompareExchange(ref _taken, 1, 0) == 0;

    private void Wake()
    {
        if (TryTake())
        {
            Queue();
        }
    }

    private void Queue() => ThreadPool.UnsafeQueueUserWorkItem(static loop => loop.RunOnce(), this, preferLocal: false);

    // One batch, by whoever has taken the loop; the end of it gives the loop back, and then callers are told.
    private void RunOnce()
    {
        var isOver = WasLastBatch(out var failure);
        var replies = _replies.Take();
        if (isOver)
        {
            // Who was answered is told so before the end, or would take it for no answer.
            ReplyQueue.TellAll(replies);
            End(failure);
            return;
        }

        ReplyQueue.TellOthers(replies);
        GiveBack();
        _replies.TellLast(replies);
    }

    private void End(Exception? failure)
    {
        if (failure is null)
        {
            _ended.TrySetResult();
            return;
        }

        // A replica that failed takes nothing more: its callers are refused instead of waiting for ever.
        _queue.Writer.TryComplete();
        _ended.TrySetException(failure);
    }

    private void GiveBack()
    {
        if (_driver.WaitsForCallers && !_stopping)
        {
            // Behind the callers that were just answered, who wait for the pool too.
            Queue();
            return;
        }

        // A full fence: whoever found the loop taken had put its event into the queue before, and it must be seen here.
        Interlocked.Exchange(ref _taken, 0);
        if (_stopping || _queue.Reader.Count > 0)
        {
            Wake();
        }
    }

    // Runs a batch; true when no other comes after it.
    private bool WasLastBatch(out Exception? failure)
    {
        failure = null;
        try
        {
            RunBatch();
            if (!_stopping || _queue.Reader.Count > 0)
            {
                return false;
            }

            _driver.Stop();
        }
        catch (Exception error)
        {
            failure = error;
        }

        return true;
    }

    private void RunBatch()
    {
        _batch.Clear();
        while (_batch.Count < BatchMax && _queue.Reader.TryRead(out var happened))
        {
            if (happened is TickPassed)
            {
                Volatile.Write(ref _tickWaits, 0);
                Volatile.Write(ref _tickTakenAt, _time.GetTimestamp());
            }

            _batch.Add(happened);
        }

        if (_batch.Count > 0 || _driver.WaitsForCallers)
        {
            _driver.Run(_batch);
        }
    }

    // A loop that is busy for longer than a tick finds one tick waiting, not a heap of them: time lost is not time
    // without a leader.
    private void OnTick()
    {
        if (Interlocked.Exchange(ref _tickWaits, 1) == 1)
        {
            return;
        }

        var now = _time.GetTimestamp();
        var comesTooSoon = _time.GetElapsedTime(_tickedAt, now) < _tickMin;
        if (!comesTooSoon)
        {
            _tickedAt = now;
        }

        if (comesTooSoon || !TryPost(TickPassed.Instance))
        {
            Volatile.Write(ref _tickWaits, 0);
        }
    }

    /// <summary>See <see cref="Gather"/>.</summary>
    public readonly struct Gathering : IDisposable
    {
        private readonly ReplicaLoop? _loop;

        internal Gathering(ReplicaLoop? loop) => _loop = loop;

        /// <inheritdoc/>
        public void Dispose() => _loop?.RunOnce();
    }
}
