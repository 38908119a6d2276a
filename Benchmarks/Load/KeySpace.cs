using System.Buffers.Binary;
using System.Globalization;

namespace PaxosWcf.Benchmarks.Load;

/// <summary>The keys of one value size: 16 bytes each, numbered. A key tells the size of its value, so that loads of
/// different sizes do not meet.</summary>
internal sealed class KeySpace
{
    /// <summary>Length of every key, in bytes.</summary>
    public const int KeyBytes = 16;

    // Larger values are loaded under fewer keys: five replicas write each of them to disk several times.
    private const int LoadedBytesMax = 64 << 20;

    private static long Stamp;

    private readonly byte[] _filling;

    public KeySpace(int keys, int valueBytes)
    {
        (Keys, ValueBytes, _filling) = (keys, valueBytes, Filling(valueBytes));
    }

    /// <summary>How many keys are written to.</summary>
    public int Keys { get; }

    /// <summary>Size of the value of each.</summary>
    public int ValueBytes { get; }

    /// <summary>How many, from the first on, are written before anything is measured; reads ask for those only.</summary>
    public int Loaded => Math.Min(Keys, Math.Max(1, LoadedBytesMax / Math.Max(1, ValueBytes)));

    public string Key(int index) => string.Create(CultureInfo.InvariantCulture, $"{ValueBytes:x6}/{index:d9}");

    /// <summary>A value that does not compress, and that no other call of this process writes, if it has eight bytes.</summary>
    public byte[] NextValue()
    {
        byte[] value = (byte[])_filling.Clone();
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

    private static byte[] Filling(int bytes)
    {
        byte[] value = new byte[bytes];
        new Random(bytes).NextBytes(value);
        return value;
    }
}
