namespace PaxosWcf.Benchmarks.Load;

/// <summary>One call that a client is about to make.</summary>
/// <param name="Kind">Put, Get, GetSerializable or Batch.</param>
/// <param name="KeyIndex">The number of its key; of a batch the first of its keys, which follow each other.</param>
internal readonly record struct PlannedCall(LoadKind Kind, int KeyIndex);

/// <summary>Draws the calls of one kind of load.</summary>
internal sealed class CallMix(LoadKind kind, KeySpace keys)
{
    private readonly Zipfian? _zipfian = kind is LoadKind.YcsbA or LoadKind.YcsbB ? new Zipfian(keys.Count) : null;

    public PlannedCall Next(Random random) => kind switch
    {
        LoadKind.YcsbA => new PlannedCall(random.Next(100) < 50 ? LoadKind.Get : LoadKind.Put, _zipfian!.Next(random)),
        LoadKind.YcsbB => new PlannedCall(random.Next(100) < 95 ? LoadKind.Get : LoadKind.Put, _zipfian!.Next(random)),
        _ => new PlannedCall(kind, random.Next(keys.Count)),
    };
}
