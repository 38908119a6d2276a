using System.Collections.Concurrent;
using PaxosWcf.Contracts;

namespace PaxosWcf.Nemesis;

/// <summary>The batches of all clients, whatever came of them: a history has each of their puts by itself, and does not say which belong together.</summary>
internal sealed class SentBatches
{
    private readonly ConcurrentQueue<SentBatch> _all = [];

    public IReadOnlyCollection<SentBatch> All => _all;

    /// <summary>Notes a batch of puts that is about to be sent.</summary>
    public void Add(IEnumerable<BatchOperation> puts) =>
        _all.Enqueue(new SentBatch([.. puts.Select(put => (put.Key, ToldChange.Fingerprint(put.Value!)))]));
}

/// <summary>A batch, in its order.</summary>
/// <param name="Puts">Each key with the <see cref="ToldChange.Fingerprint"/> of its value, which is written once in a run.</param>
internal sealed record SentBatch(IReadOnlyList<(string Key, string Value)> Puts)
{
    public override string ToString() => $"The batch of {string.Join(", ", Puts.Select(put => put.Key))}";
}
