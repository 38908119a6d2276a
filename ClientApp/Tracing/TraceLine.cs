using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

/// <summary>A line of a trace.</summary>
/// <param name="Replica">Whose it is.</param>
internal abstract record TraceLine(int Replica);

/// <summary>What a replica did.</summary>
internal sealed record TracedEvent(int Replica, TraceEvent Event) : TraceLine(Replica);

/// <summary>What is to be known of the trace itself: a replica is silent, or something is missing.</summary>
/// <param name="Replica">Whom it is about; 0: nobody alone.</param>
/// <param name="Sentence">What is to be known.</param>
/// <param name="IsGap">Whether something is missing here.</param>
internal sealed record TraceRemark(int Replica, string Sentence, bool IsGap = false) : TraceLine(Replica)
{
    /// <summary>So many lines were dropped, for who reads them was too slow.</summary>
    public static TraceRemark Missing(long lines) =>
        new(0, $"{Counted.Of(lines, "line")} of the trace, of all replicas, {(lines == 1 ? "is" : "are")} missing here: the page was too slow to take them.", IsGap: true);
}
