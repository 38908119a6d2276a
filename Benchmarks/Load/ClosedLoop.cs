using System.Diagnostics;
using HdrHistogram;

namespace PaxosWcf.Benchmarks.Load;

/// <summary>A number of clients, each of which makes its next call when the one before it has ended.</summary>
/// <remarks>A closed loop asks less of a store that is slow: its percentiles say how long calls took, not how long callers
/// that come at a fixed rate would have waited (coordinated omission). All systems are measured in the same way.</remarks>
internal static class ClosedLoop
{
    /// <summary>Longest time that is told apart from longer ones.</summary>
    public static readonly TimeSpan LatencyMax = TimeSpan.FromMinutes(1);

    private const int SignificantDigits = 3;

    /// <summary>Loads for as long as the times say, and waits for the calls under way.</summary>
    /// <param name="clients">How many.</param>
    /// <param name="times">How long.</param>
    /// <param name="call">Makes one call of one client: the client's number, how many calls it has made before, and its
    /// own random numbers. A <see cref="CallFailedException"/> is counted.</param>
    /// <param name="cancel">Ends early; what was counted until then is lost.</param>
    public static async Task<LoadCounts> RunAsync(
        int clients, LoadTimes times, Func<int, long, Random, Task> call, CancellationToken cancel)
    {
        long begin = Stopwatch.GetTimestamp() + Ticks(times.WarmUp);
        var window = new Window(begin, begin + Ticks(times.Measured));
        var latencies = new LongConcurrentHistogram(1, MicrosecondsOf(LatencyMax), SignificantDigits);
        var tallies = Enumerable.Range(0, clients).Select(_ => new Tally()).ToArray();
        await Task.WhenAll(tallies.Select((tally, n) => Task.Run(
            () => RunClientAsync(n, window, latencies, tally, call, cancel), cancel)));
        cancel.ThrowIfCancellationRequested();
        return new LoadCounts
        {
            Seconds = times.Measured.TotalSeconds,
            Calls = tallies.Sum(t => t.Answered),
            Errors = tallies.Sum(t => t.Failed),
            FirstError = tallies.Select(t => t.FirstError).FirstOrDefault(e => e is not null),
            Latencies = latencies,
        };
    }

    private static async Task RunClientAsync(
        int number, Window window, HistogramBase latencies, Tally tally, Func<int, long, Random, Task> call, CancellationToken cancel)
    {
        var random = new Random(number);
        long made = 0;
        for (long started = Stopwatch.GetTimestamp(); started < window.End; started = Stopwatch.GetTimestamp())
        {
            cancel.ThrowIfCancellationRequested();
            string? error = null;
            try
            {
                await call(number, made++, random);
            }
            catch (CallFailedException e)
            {
                error = e.Message;
            }

            // What ends within the window counts: in the long run as many calls reach into it as reach out of it. But for those that fail, which may take
            // longer than the whole window.
            long ended = Stopwatch.GetTimestamp();
            if (window.Holds(ended) || (error is not null && ended >= window.End))
            {
                tally.Add(error);
                latencies.RecordValue(Math.Clamp(
                    MicrosecondsOf(Stopwatch.GetElapsedTime(started, ended)), 1, MicrosecondsOf(LatencyMax)));
            }
        }
    }

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);

    private static long MicrosecondsOf(TimeSpan time) => (long)time.TotalMicroseconds;

    private readonly record struct Window(long Begin, long End)
    {
        public bool Holds(long time) => time >= Begin && time < End;
    }

    private sealed class Tally
    {
        public long Answered { get; private set; }

        public long Failed { get; private set; }

        public string? FirstError { get; private set; }

        public void Add(string? error)
        {
            if (error is null)
            {
                Answered++;
            }
            else
            {
                Failed++;
                FirstError ??= error;
            }
        }
    }
}
