using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace PaxosWcf.Replication.KeyValue;

/// <summary>Lays fields out as BinaryWriter does, into one array that is large enough from the start where the capacity was
/// estimated well.</summary>
internal sealed class FieldWriter(int capacity)
{
    private byte[] _bytes = new byte[capacity];
    private int _at;

    /// <summary>A byte.</summary>
    public void Write(byte value) => Take(1)[0] = value;

    /// <summary>A byte that is 0 for false.</summary>
    public void Write(bool value) => Write(value ? (byte)1 : (byte)0);

    /// <summary>8 bytes, little-endian.</summary>
    public void Write(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(8), value);

    /// <summary>A count, 7 bits a byte.</summary>
    public void WriteCount(int count)
    {
        var rest = (uint)count;
        for (; rest > 0x7f; rest >>= 7)
        {
            Write((byte)(rest | 0x80));
        }

        Write((byte)rest);
    }

    /// <summary>Text in UTF-8, its bytes counted before it.</summary>
    public void Write(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        WriteCount(length);
        Encoding.UTF8.GetBytes(text, Take(length));
    }

    /// <summary>Bytes, counted before them.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        WriteCount(bytes.Length);
        bytes.CopyTo(Take(bytes.Length));
    }

    /// <summary>SHA-256 of all that was written so far (32 bytes).</summary>
    public void WriteHash()
    {
        var hash = SHA256.HashData(_bytes.AsSpan(0, _at));
        hash.CopyTo(Take(hash.Length));
    }

    /// <summary>All that was written. Nothing may be written after.</summary>
    public byte[] ToArray() => _at == _bytes.Length ? _bytes : _bytes[.._at];

    private Span<byte> Take(int length)
    {
        if (length > _bytes.Length - _at)
        {
            Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _at + length));
        }

        _at += length;
        return _bytes.AsSpan(_at - length, length);
    }
}
