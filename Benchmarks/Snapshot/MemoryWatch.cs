using System.Diagnostics;

namespace PaxosWcf.Benchmarks.Snapshot;

/// <summary>Looks at the resident memory of a process again and again.</summary>
internal sealed class MemoryWatch
{
    private readonly int _process;
    private readonly long _highestEver;

    /// <summary>Begins with what the process holds now.</summary>
    public MemoryWatch(int process)
    {
        _process = process;
        (Before, _highestEver) = Look();
        Peak = Before;
    }

    /// <summary>Bytes at the beginning.</summary>
    public long Before { get; }

    /// <summary>The most that was seen since, in bytes.</summary>
    public long Peak { get; private set; }

    /// <summary>How much more that is than at the beginning.</summary>
    public long Growth => Peak - Before;

    /// <summary>Looks once more.</summary>
    public void Sample()
    {
        (long now, long highest) = Look();

        // The system remembers the highest ever: between two looks it may have been more than at either.
        Peak = Math.Max(Peak, highest > _highestEver ? highest : now);
    }

    private (long Now, long Highest) Look()
    {
        using Process process = Process.GetProcessById(_process);
        return (process.WorkingSet64, process.PeakWorkingSet64);
    }
}
