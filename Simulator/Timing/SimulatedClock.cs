using PaxosWcf.Client;

namespace PaxosWcf.Simulator;

/// <summary>The clock and the timers of production code that runs in a simulation: they show and follow virtual time.
/// Callbacks run as events of the simulation, one after the other, on its thread.</summary>
/// <param name="cluster">The simulation.</param>
internal sealed class SimulatedClock(SimulatedCluster cluster) : TimeProvider
{
    /// <summary>A tick of the replicas is 50 ms, so a unit of virtual time is 50 µs.</summary>
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    private static readonly long Unit = Tick.Ticks / VirtualTime.Tick;

    private int _set;

    /// <summary>Whether its owner waits for something; who waits while no timer is set has gone on elsewhere.</summary>
    public Func<bool> OwnerWaits { get; init; } = () => false;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Nanoseconds since the simulation began.</summary>
    public long Nanoseconds => cluster.Time.Now * Unit * TimeSpan.NanosecondsPerTick;

    /// <summary>Where a simulated client does what none of its calls waits for: in events of its own.</summary>
    public static Background Background(SimulatedCluster cluster) => new(new SimulatedClock(cluster), async work =>
    {
        var begun = new TaskCompletionSource();
        cluster.Time.After(1, begun.SetResult);
        await begun.Task;
        await work();
    });

    /// <summary>Virtual time of a span, at least as long.</summary>
    public static long Units(TimeSpan span) => (span.Ticks + Unit - 1) / Unit;

    /// <inheritdoc/>
    public override long GetTimestamp()
    {
        cluster.CheckThread();
        return cluster.Time.Now * Unit;
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(GetTimestamp());

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        cluster.CheckThread();
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private Happening Plan(TimeSpan dueTime, Action callback)
    {
        Interlocked.Increment(ref _set);
        return cluster.Time.After(Units(dueTime), () =>
        {
            Interlocked.Decrement(ref _set);
            if (!cluster.Thread.Ring(callback, () => Volatile.Read(ref _set) == 0 && OwnerWaits()))
            {
                cluster.Fail("a client's call never came back to the simulation", inner: null, BrokenRule.Simulation);
            }
        });
    }

    private void Cancel(Happening planned)
    {
        if (planned.Cancel())
        {
            Interlocked.Decrement(ref _set);
        }
    }

    private sealed class Timer(SimulatedClock clock, Action callback) : ITimer
    {
        private readonly Lock _lock = new();
        private Happening? _planned;
        private bool _disposed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (_lock)
            {
                Unset();
                _planned = _disposed || dueTime == Timeout.InfiniteTimeSpan ? null : clock.Plan(dueTime, () => Ring(period));
                return !_disposed;
            }
        }

        public void Dispose()
        {
            lock (_lock)
            {
                _disposed = true;
                Unset();
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Ring(TimeSpan period)
        {
            if (period > TimeSpan.Zero)
            {
                Change(period, period);
            }

            callback();
        }

        private void Unset()
        {
            if (_planned is { } planned)
            {
                clock.Cancel(planned);
            }

            _planned = null;
        }
    }
}
