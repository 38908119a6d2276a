namespace PaxosWcf.Replication.KeyValue;

/// <summary>What one comparison of a transaction asks of its key. The numbers are in logs.</summary>
public enum ComparisonKind : byte
{
    /// <summary>It is there, and holds exactly these bytes.</summary>
    Value = 1,

    /// <summary>It is there.</summary>
    Exists = 2,

    /// <summary>It is not there.</summary>
    Missing = 3,

    /// <summary>It was last written at this revision; 0: it is not there.</summary>
    ModificationRevision = 4,

    /// <summary>It was written so often since it was created; 0: it is not there.</summary>
    Version = 5,
}

/// <summary>One comparison of a transaction.</summary>
/// <param name="Kind">What it asks.</param>
/// <param name="Key">Of which key.</param>
/// <param name="Value">The bytes, for <see cref="ComparisonKind.Value"/>.</param>
/// <param name="Number">The revision or version, for those that ask for one.</param>
public readonly record struct KeyComparison(ComparisonKind Kind, string Key, ReadOnlyMemory<byte> Value, long Number)
{
    /// <summary>Whether it holds.</summary>
    /// <param name="record">What the key holds; null: there is no such key.</param>
    public bool Holds(KeyRecord? record) => Kind switch
    {
        ComparisonKind.Value => record is not null && record.Value.Span.SequenceEqual(Value.Span),
        ComparisonKind.Exists => record is not null,
        ComparisonKind.Missing => record is null,
        ComparisonKind.ModificationRevision => (record?.ModificationRevision ?? 0) == Number,
        ComparisonKind.Version => (record?.Version ?? 0) == Number,
        _ => throw new System.Diagnostics.UnreachableException($"a comparison of kind {Kind}, which no reader of commands lets through"),
    };
}
