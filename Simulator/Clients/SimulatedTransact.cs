using System.Diagnostics;
using System.Text;
using PaxosWcf.Consensus;
using PaxosWcf.Contracts;
using PaxosWcf.Replication.KeyValue;
using ComparisonKind = PaxosWcf.Contracts.ComparisonKind;

namespace PaxosWcf.Simulator;

/// <summary>What a client asks to be compared and written as one step.</summary>
internal sealed record DrawnTransact(Comparison[] Comparisons, BatchOperation[] Then, BatchOperation[] Otherwise)
{
    public override string ToString() =>
        $"{string.Join(' ', Comparisons.Select(Text))} ? {string.Join(' ', Then.Select(Text))} : {string.Join(' ', Otherwise.Select(Text))}";

    private static string Text(Comparison comparison) => comparison.Kind switch
    {
        ComparisonKind.Value => $"{comparison.Key}={Encoding.UTF8.GetString(comparison.Value!)}",
        ComparisonKind.Exists => $"+{comparison.Key}",
        ComparisonKind.Missing => $"-{comparison.Key}",
        ComparisonKind.ModificationRevision => $"{comparison.Key}@{comparison.Number}",
        _ => $"{comparison.Key}#{comparison.Number}",
    };

    private static string Text(BatchOperation operation) => operation.Value is { } value
        ? $"{operation.Key}={Encoding.UTF8.GetString(value)}"
        : $"-{operation.Key}";
}

/// <summary>A key as a client saw it last; without a value it was not there.</summary>
internal readonly record struct SeenKey(byte[]? Value, long Revision, long Version);

/// <summary>Transactions as a door takes them in and answers them, and as a client draws them and reads the answer.</summary>
internal static class SimulatedTransact
{
    /// <summary>Draws one over a few keys, which are compared with what was seen of them, and so sometimes hold.</summary>
    public static DrawnTransact Draw(Random random, Func<string> drawKey, Func<string, SeenKey> seen, string value)
    {
        var comparisons = new Comparison[random.Next(1, 4)];
        for (var place = 0; place < comparisons.Length; place++)
        {
            var key = drawKey();
            comparisons[place] = Draw(random, key, seen(key));
        }

        return new DrawnTransact(comparisons, Operations(random, drawKey, $"{value}-t", 4), Operations(random, drawKey, $"{value}-e", 3));
    }

    /// <summary>What the door hands to the state machine.</summary>
    public static Transact Command(ClientIdentity? identity, DrawnTransact drawn) => new(
        identity,
        Array.ConvertAll(drawn.Comparisons, comparison => new KeyComparison(Kind(comparison.Kind), comparison.Key, comparison.Value, comparison.Number ?? 0)),
        SimulatedBatch.Writes(drawn.Then),
        SimulatedBatch.Writes(drawn.Otherwise));

    /// <summary>What the door answers; null where that is no answer to what was asked.</summary>
    public static TransactReply? Reply(CommandAnswer answer, DrawnTransact asked) =>
        answer is TransactDone done && done.Writes.Count == (done.Held ? asked.Then : asked.Otherwise).Length ? Reply(done) : null;

    /// <summary>The same of whatever was asked.</summary>
    public static TransactReply Reply(TransactDone done) => new()
    {
        Held = done.Held,
        Revision = done.Revision,
        Slot = done.Slot.Number,
        Operations = [.. done.Writes.Select(write => new BatchOperationReply { Revision = write.Revision, Found = write.Found })],
        Compared = [.. done.Seen.Select(key => new ComparedKey { ModificationRevision = key.ModificationRevision, Version = key.Version })],
    };

    /// <summary>What the state machine must have answered for the client to hear this.</summary>
    public static TransactDone Answer(DrawnTransact asked, TransactReply reply)
    {
        var applied = reply.Held ? asked.Then : asked.Otherwise;
        var before = applied.Length == 0 ? reply.Revision : SimulatedBatch.RevisionBefore(applied[0], reply.Operations[0]);
        return new TransactDone(
            new Slot(reply.Slot), before, reply.Held,
            [.. reply.Operations.Select(operation => new BatchWriteDone(operation.Revision, operation.Found))],
            [.. reply.Compared.Select(key => new KeySeen(key.ModificationRevision, key.Version))]);
    }

    private static Comparison Draw(Random random, string key, SeenKey seen) => random.Next(5) switch
    {
        0 when seen.Value is { } value => Comparison.ValueIs(key, value),
        1 => Comparison.ModificationRevisionIs(key, seen.Revision),
        2 => Comparison.VersionIs(key, seen.Version),
        3 => Comparison.Exists(key),
        _ => seen.Value is null || random.Next(2) == 0 ? Comparison.Missing(key) : Comparison.Exists(key),
    };

    private static BatchOperation[] Operations(Random random, Func<string> drawKey, string value, int end) =>
        [.. Enumerable.Range(0, random.Next(end)).Select(place => random.Next(4) == 0
            ? BatchOperation.Delete(drawKey())
            : BatchOperation.Put(drawKey(), Encoding.UTF8.GetBytes($"{value}{place}")))];

    private static Replication.KeyValue.ComparisonKind Kind(ComparisonKind kind) => kind switch
    {
        ComparisonKind.Value => Replication.KeyValue.ComparisonKind.Value,
        ComparisonKind.Exists => Replication.KeyValue.ComparisonKind.Exists,
        ComparisonKind.Missing => Replication.KeyValue.ComparisonKind.Missing,
        ComparisonKind.ModificationRevision => Replication.KeyValue.ComparisonKind.ModificationRevision,
        ComparisonKind.Version => Replication.KeyValue.ComparisonKind.Version,
        _ => throw new UnreachableException($"a comparison of kind {kind}"),
    };
}
