using System.Diagnostics;

namespace PaxosWcf.History;

/// <summary>The clock that all recorders of one machine share (CLOCK_MONOTONIC on Linux): it never goes back, and nobody sets it.</summary>
public static class MonotonicClock
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    public static long Nanoseconds()
    {
        long ticks = Stopwatch.GetTimestamp();

        // In two parts, because a machine that is up for some days has too many ticks to multiply.
        (long seconds, long rest) = Math.DivRem(ticks, Stopwatch.Frequency);
        return (seconds * NanosecondsPerSecond) + (rest * NanosecondsPerSecond / Stopwatch.Frequency);
    }
}
