namespace PaxosWcf.Replication.Storage;

/// <summary>The order of keys in a store: byte by byte, unsigned, a prefix before what it begins.</summary>
internal sealed class ByteOrder : IComparer<byte[]>
{
    public static readonly ByteOrder Instance = new();

    public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
}
