using System.Buffers.Binary;
using System.Globalization;

namespace PaxosWcf.Benchmarks.Load;

/// <summary>The keys of one value size: 16 bytes each, numbered. A key tells the size of its value, so that loads of
/// different sizes do not meet.</summary>
internal sealed class KeySpace
{
    /// <summary>Length of every key, in bytes.</summary>
    public const int KeyBytes = 16;

    // Larger values go under fewer keys: five replicas write each of them to disk several times.
    private const int ValuesBytesMax = 64 << 20;

    private static long Stamp;

    /// <summary>Keys of one size of values.</summary>
    /// <param name="keys">How many, unless their values together would be too large.</param>
    /// <param name="valueBytes">The size.</param>
    /// <param name="valuesBytesMax">The most that all values together may have, in bytes: 64 MiB by default.</param>
    public KeySpace(int keys, int valueBytes, long valuesBytesMax = ValuesBytesMax)
    {
        Count = (int)Math.Min(keys, Math.Max(1, valuesBytesMax / Math.Max(1, valueBytes)));
        ValueBytes = valueBytes;
    }

    /// <summary>How many keys there are; all are written before anything is measured.</summary>
    public int Count { get; }

    /// <summary>Size of the value of each.</summary>
    public int ValueBytes { get; }

    /// <summary>The name of a key; numbers beyond the last begin again.</summary>
    public string Key(int index) => string.Create(CultureInfo.InvariantCulture, $"{ValueBytes:x6}/{index % Count:d9}");

    /// <summary>A value that does not compress, neither alone nor beside others, and that no other call of this process writes, if it has
    /// eight bytes.</summary>
    public byte[] NextValue()
    {
        byte[] value = new byte[ValueBytes];
        Random.Shared.NextBytes(value);
        if (value.Length >= sizeof(long))
        {
            BinaryPrimitives.WriteInt64LittleEndian(value, Interlocked.Increment(ref Stamp));
        }

        return value;
    }

    /// <summary>Counts as a failure what a read of a loaded key must not find.</summary>
    /// <param name="index">The key.</param>
    /// <param name="bytes">How large a value was found; null: none.</param>
    /// <exception cref="CallFailedException">It is another.</exception>
    public void Check(int index, int? bytes)
    {
        if (bytes != ValueBytes)
        {
            string found = bytes is { } size ? $"a value of {size} bytes" : "nothing";
            throw new CallFailedException($"Key {Key(index)} was loaded with {ValueBytes} bytes, and a read found {found}.");
        }
    }
}
