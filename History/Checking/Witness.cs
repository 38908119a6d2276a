namespace PaxosWcf.History;

/// <summary>The few calls that show why a key has no legal order.</summary>
/// <param name="Key">The key.</param>
/// <param name="Calls">In the order of invocation. No order of them is legal, whatever the other calls did.</param>
/// <param name="Relaxed">Calls whose answers play no part in it: they count only as writes that may have happened.</param>
/// <param name="Sentence">What is wrong, for a person.</param>
public sealed record Witness(
    string Key, IReadOnlyList<RecordedCall> Calls, IReadOnlySet<RecordedCall> Relaxed, string Sentence);
