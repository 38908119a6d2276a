using System.Collections.Concurrent;
using System.Diagnostics;

namespace PaxosWcf.ReplicaHost.Tracing;

/// <summary>Sums this process' activities up by name and logs them every so often: how many, how long on average, and how
/// many garbage collections there were. For a look without any exporter.</summary>
internal sealed class TimingReport : IDisposable
{
    private readonly ConcurrentDictionary<string, Sum> _sums = new(StringComparer.Ordinal);
    private readonly ActivityListener _listener;
    private readonly ITimer _timer;
    private readonly ILogger _logger;

    /// <summary>Begins to listen.</summary>
    /// <param name="every">Time between two reports.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Takes the reports.</param>
    public TimingReport(TimeSpan every, TimeProvider time, ILogger logger)
    {
        _logger = logger;
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ReplicaActivities.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.PropagationData,
            ActivityStopped = activity => _sums.GetOrAdd(activity.OperationName, _ => new Sum()).Add(activity.Duration),
        };
        ActivitySource.AddActivityListener(_listener);
        _timer = time.CreateTimer(_ => Report(), state: null, every, every);
    }

    /// <summary>Ends; what is not reported by now is lost.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        _listener.Dispose();
    }

    private void Report()
    {
        foreach (var (name, sum) in _sums.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (sum.Take() is { Count: > 0 } taken)
            {
                HostLog.Timing(_logger, name, taken.Count, taken.Mean.TotalMicroseconds);
            }
        }

        HostLog.Collections(
            _logger, GC.CollectionCount(0), GC.CollectionCount(1), GC.CollectionCount(2), GC.GetTotalAllocatedBytes() >> 20);
    }

    private sealed class Sum
    {
        private readonly Lock _lock = new();
        private long _count;
        private TimeSpan _total;

        public void Add(TimeSpan duration)
        {
            lock (_lock)
            {
                _count++;
                _total += duration;
            }
        }

        public (long Count, TimeSpan Mean) Take()
        {
            lock (_lock)
            {
                var taken = (_count, _count == 0 ? TimeSpan.Zero : _total / _count);
                (_count, _total) = (0, TimeSpan.Zero);
                return taken;
            }
        }
    }
}
