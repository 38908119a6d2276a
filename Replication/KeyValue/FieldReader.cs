using System.Buffers.Binary;
using System.Text;

namespace PaxosWcf.Replication.KeyValue;

/// <summary>Reads fields as BinaryWriter lays them out, out of memory that is there, without copying and without an
/// exception: bytes that are not as they should be are an expected outcome.</summary>
internal ref struct FieldReader(ReadOnlyMemory<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _span = bytes.Span;
    private int _at;

    /// <summary>Whether something was missing or malformed; all that was read since is worth nothing.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Whether everything was well, and nothing is left.</summary>
    public readonly bool IsAtEnd => !HasFailed && _at == _span.Length;

    /// <summary>A byte.</summary>
    public byte ReadByte() => Take(1) is [var one] ? one : default;

    /// <summary>A byte that is 0 for false.</summary>
    public bool ReadBoolean() => ReadByte() != 0;

    /// <summary>8 bytes, little-endian.</summary>
    public long ReadInt64() => Take(8) is { IsEmpty: false } eight ? BinaryPrimitives.ReadInt64LittleEndian(eight) : default;

    /// <summary>A count of things of at least a byte each, 7 bits a byte: never more than there are bytes left, so that
    /// nothing need be allocated for what was only announced.</summary>
    public int ReadCount()
    {
        var count = 0L;
        for (var shift = 0; shift < 35; shift += 7)
        {
            var part = ReadByte();
            count |= (long)(part & 0x7f) << shift;
            if ((part & 0x80) == 0)
            {
                HasFailed |= count > _span.Length - _at;
                return HasFailed ? 0 : (int)count;
            }
        }

        HasFailed = true;
        return 0;
    }

    /// <summary>Text in UTF-8, its bytes counted before it.</summary>
    public string ReadString() => Encoding.UTF8.GetString(Take(ReadCount()));

    /// <summary>Bytes, counted before them; a part of the memory that is read.</summary>
    public ReadOnlyMemory<byte> ReadBytes()
    {
        var length = ReadCount();
        Take(length);
        return HasFailed ? default : bytes.Slice(_at - length, length);
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (HasFailed || length > _span.Length - _at)
        {
            HasFailed = true;
            return default;
        }

        _at += length;
        return _span.Slice(_at - length, length);
    }
}
