using System.Diagnostics;

namespace PaxosWcf.History;

/// <summary>The clock that all recorders of one machine share (CLOCK_MONOTONIC on Linux): it never goes back, and nobody sets it.</summary>
public static class MonotonicClock
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>Nanoseconds since a moment that is the same for all processes of this machine until it starts anew.</summary>
    public static long Nanoseconds()
    {
        long ticks = Stopwatch.GetTimestamp();

        // In two parts, because a machine that is up for some days has too many ticks to multiply.
        (long seconds, long rest) = Math.DivRem(ticks, Stopwatch.Frequency);
        return (seconds * NanosecondsPerSecond) + (rest * NanosecondsPerSecond / Stopwatch.Frequency);
    }
}
