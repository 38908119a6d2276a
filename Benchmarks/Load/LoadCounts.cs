using HdrHistogram;

namespace PaxosWcf.Benchmarks.Load;

/// <summary>What a closed loop has seen in its measured time.</summary>
internal sealed record LoadCounts
{
    public required double Seconds { get; init; }

    /// <summary>Calls that were answered.</summary>
    public required long Calls { get; init; }

    /// <summary>Calls that were not, or not as they must be.</summary>
    public required long Errors { get; init; }

    /// <summary>Why one of them was not.</summary>
    public string? FirstError { get; init; }

    /// <summary>How long calls took, failed ones too, in microseconds.</summary>
    public required HistogramBase Latencies { get; init; }

    /// <summary>The time that this share of the calls kept within, in milliseconds.</summary>
    public double Milliseconds(double percentile)
    {
        return Latencies.TotalCount == 0 ? 0 : Latencies.GetValueAtPercentile(percentile) / 1000.0;
    }
}
