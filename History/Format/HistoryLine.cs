namespace PaxosWcf.History;

// A closed family: every kind of line a history may hold.

/// <summary>One line of a history.</summary>
/// <param name="TimeNs">Monotonic nanoseconds, one clock for all processes of the run.</param>
public abstract record HistoryLine(long TimeNs);

/// <summary>A call began or ended.</summary>
/// <param name="Process">One logical client with at most one call open.</param>
/// <param name="Phase">Whether it began, or how it ended.</param>
/// <param name="Operation">What it asks.</param>
/// <param name="Key">Never empty.</param>
/// <param name="TimeNs">When.</param>
public sealed record CallLine(int Process, CallPhase Phase, OperationKind Operation, string Key, long TimeNs) : HistoryLine(TimeNs)
{
    /// <summary>What is written, or what a get found; null: absent.</summary>
    public string? Value { get; init; }

    /// <summary>What a compare-and-set expects; null: that the key is absent.</summary>
    public string? Expected { get; init; }

    /// <summary>Whether the key was there; of a compare-and-set, whether it matched.</summary>
    public bool? Found { get; init; }

    /// <summary>For a person; no verdict hangs on it.</summary>
    public string? Error { get; init; }

    /// <summary>The server that was asked.</summary>
    public string? Node { get; init; }

    /// <summary>The position in the order of the log at which it took effect.</summary>
    public long? Slot { get; init; }
}

/// <summary>A fault began or ended.</summary>
/// <param name="Name">Such as "kill".</param>
/// <param name="Starts">Whether it began.</param>
/// <param name="Node">Whom it befalls; null: nobody in particular.</param>
/// <param name="TimeNs">When.</param>
public sealed record NemesisLine(string Name, bool Starts, string? Node, long TimeNs) : HistoryLine(TimeNs);

/// <summary>A remark.</summary>
public sealed record NoteLine(string Text, long TimeNs) : HistoryLine(TimeNs);
