using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace PaxosWcf.ReplicaHost.Metrics;

/// <summary>How long a replica's own work takes: what it flushes to its disk, and what it asks of other replicas. While nobody listens a field is read for each and
/// nothing else happens.</summary>
internal sealed class WorkMetrics
{
    // From what a disk with a battery takes for a flush, or a machine in the same rack for a call, to what nobody waits for any more.
    private static readonly double[] Bounds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

    private readonly Histogram<double> _flush;
    private readonly Histogram<double> _peerCall;

    /// <summary>Makes the instruments.</summary>
    /// <param name="meter">Whose they are.</param>
    public WorkMetrics(Meter meter)
    {
        _flush = Histogram("paxoswcf.replica.flush.duration", "How long durable writes to the store took, until they were on disk.");
        _peerCall = Histogram("paxoswcf.replica.peer.call.duration", "How long calls to other replicas took, by peer, operation and outcome.");

        Histogram<double> Histogram(string name, string description) =>
            meter.CreateHistogram(name, "s", description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = Bounds });
    }

    /// <summary>A flush begins: when, for <see cref="OnFlushed"/>; 0 while nobody listens.</summary>
    public long BeginFlush() => _flush.Enabled ? Stopwatch.GetTimestamp() : 0;

    /// <summary>What was written is on disk.</summary>
    /// <param name="begun">What <see cref="BeginFlush"/> said.</param>
    public void OnFlushed(long begun)
    {
        if (begun != 0)
        {
            _flush.Record(Stopwatch.GetElapsedTime(begun).TotalSeconds);
        }
    }

    /// <summary>A call to another replica begins: when, for <see cref="OnPeerCalled"/>; 0 while nobody listens.</summary>
    public long BeginPeerCall() => _peerCall.Enabled ? Stopwatch.GetTimestamp() : 0;

    /// <summary>A call to another replica is over.</summary>
    /// <param name="begun">What <see cref="BeginPeerCall"/> said.</param>
    /// <param name="peer">Whom it was to.</param>
    /// <param name="operation">What was asked.</param>
    /// <param name="outcome">What came of it: <c>ok</c>, <c>refused</c>, <c>elsewhere</c> or <c>lost</c>.</param>
    public void OnPeerCalled(long begun, int peer, string operation, string outcome)
    {
        if (begun != 0)
        {
            _peerCall.Record(Stopwatch.GetElapsedTime(begun).TotalSeconds, new("peer", peer), new("operation", operation), new("outcome", outcome));
        }
    }
}
