using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.ServiceModel;
using PaxosWcf.ReplicaHost.Hosting;

namespace PaxosWcf.ReplicaHost.Metrics;

/// <summary>Counts clients' calls and how long they take, while somebody listens. While nobody does, two fields are read for each call and
/// nothing else happens: no clock, no object, no lock.</summary>
internal sealed class CallMetrics
{
    // From half a millisecond, which a read takes, to the longest that a write waits by default.
    private static readonly double[] Bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly Counter<long> _calls;
    private readonly Histogram<double> _duration;
    private readonly ICallContext _context;

    /// <summary>Makes the two instruments.</summary>
    /// <param name="meter">Whose they are.</param>
    /// <param name="context">Tells whether a caller is gone.</param>
    public CallMetrics(Meter meter, ICallContext context)
    {
        _calls = meter.CreateCounter<long>(
            "paxoswcf.replica.calls", "{call}", "Calls of clients that ended, by operation and outcome.");
        _duration = meter.CreateHistogram(
            "paxoswcf.replica.call.duration", "s", "How long they took, without reading the request and writing the reply.",
            tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = Bounds });
        _context = context;
    }

    /// <summary>A call begins: when, for <see cref="CountAsync"/>; 0 while nobody listens.</summary>
    public long Begin() => _calls.Enabled || _duration.Enabled ? Stopwatch.GetTimestamp() : 0;

    /// <summary>Counts a call when it ends.</summary>
    /// <param name="operation">Its name.</param>
    /// <param name="begun">What <see cref="Begin"/> said before the call was made.</param>
    /// <param name="call">The call. It is the result itself while nobody listens.</param>
    public Task<T> CountAsync<T>(string operation, long begun, Task<T> call) => begun == 0 ? call : CountedAsync(operation, begun, call);

    private async Task<T> CountedAsync<T>(string operation, long begun, Task<T> call)
    {
        var disconnected = _context.Disconnected;
        var outcome = "ok";
        try
        {
            return await call;
        }
        catch (Exception error)
        {
            outcome = disconnected.IsCancellationRequested ? "CallerGone" : CodeOf(error);
            throw;
        }
        finally
        {
            KeyValuePair<string, object?> what = new("operation", operation), how = new("outcome", outcome);
            _calls.Add(1, what, how);
            _duration.Record(Stopwatch.GetElapsedTime(begun).TotalSeconds, what, how);
        }
    }

    // As the caller gets it, without SOAP's own Sender or Receiver around it.
    private static string CodeOf(Exception error) =>
        error is FaultException { Code: var code } ? (code.SubCode ?? code).Name : "InternalError";
}
