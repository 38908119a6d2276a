using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

/// <summary>A line of a trace.</summary>
/// <param name="Replica">Whose it is.</param>
internal abstract record TraceLine(int Replica);

/// <summary>What a replica did.</summary>
internal sealed record TracedEvent(int Replica, TraceEvent Event) : TraceLine(Replica);

/// <summary>What is to be known of the trace itself: a replica is silent, or something is missing.</summary>
internal sealed record TraceRemark(int Replica, string Sentence) : TraceLine(Replica);
