using System.Buffers.Binary;
using System.Numerics;

namespace PaxosWcf.Replication.Storage;

/// <summary>Tells a torn tail of one of RocksDB's write-ahead logs, which a crash leaves and which was never acknowledged,
/// from a record whose length went bad, which RocksDB takes for the same and silently cuts away with all after it. The
/// manifest, which says what files the store consists of, is a log of the same format and is treated alike.</summary>
/// <remarks>
/// A log is cut into blocks of 32 KiB, each full of records: checksum (CRC-32C of type and payload, masked), length, type,
/// payload. At the first place that is no whole record the header decides. Where it can be that of a record that was cut short, its
/// checksum tells: if that fits a part of the bytes that are there, the length went bad. Nothing else in them counts, for they may be a client's
/// value, and any client may store a log. (It fits by chance once in 130,000 times, at most.) Behind a header that no record has, another
/// whole record is damage too.
/// </remarks>
internal static class LogTail
{
    private const int Block = 32 << 10;
    private const int Header = 7;

    /// <summary>What is shorter was never written; to look for less would find records by chance.</summary>
    private const int PayloadMin = 4;

    // Whole, first, middle, last; compression, timestamps, predecessor. Logs are not recycled here, so no other comes.
    private static readonly byte[] Types = [1, 2, 3, 4, 9, 10, 130];

    // Types of logs that are recycled; one bit that went bad makes them of others. RocksDB, where it meets one here, reads it again and again for ever.
    private static readonly byte[] RecycledTypes = [5, 6, 7, 8, 11, 131];

    /// <summary>A log, or the manifest, of a store that is not open, that is damaged.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static string? FindDamage(string directory) => Files(directory).FirstOrDefault(log => IsDamaged(File.ReadAllBytes(log)));

    /// <summary>The first log or manifest with a record that is not whole: where to look when RocksDB refuses without
    /// naming a file. Null when there is none, or it cannot be read.</summary>
    public static string? FindBroken(string directory)
    {
        try
        {
            return Files(directory).FirstOrDefault(log => File.ReadAllBytes(log) is var bytes && EndOfWholeRecords(bytes) < bytes.Length);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    internal static bool IsDamaged(ReadOnlySpan<byte> log)
    {
        int torn = EndOfWholeRecords(log);
        if (log.Length - torn < Header)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = log[torn..Math.Min(log.Length, BlockEnd(torn))];
        return RecycledTypes.AsSpan().Contains(rest[6]) || FitsChecksumAtSomeLength(rest)
            || (!IsCutShort(log, torn) && HasWholeRecord(log, torn + 1));
    }

    private static IEnumerable<string> Files(string directory) =>
        Directory.GetFiles(directory, "MANIFEST-*").Concat(Directory.GetFiles(directory, "*.log").Order(StringComparer.Ordinal));

    // What RocksDB writes ends with the block, at the latest.
    private static bool IsCutShort(ReadOnlySpan<byte> log, int at) =>
        IsKnown(log[at + 6]) && at + Header + LengthOf(log[at..]) is int end && end > log.Length && end <= BlockEnd(at);

    private static int EndOfWholeRecords(ReadOnlySpan<byte> log)
    {
        int at = 0;
        while (at < log.Length)
        {
            ReadOnlySpan<byte> rest = log[at..Math.Min(log.Length, BlockEnd(at))];
            if (BlockEnd(at) - at < Header)
            {
                // Too little for a header: filled with zeros.
                at = BlockEnd(at);
            }
            else if (IsWholeRecord(rest, payloadMin: 0))
            {
                at += Header + LengthOf(rest);
            }
            else
            {
                return at;
            }
        }

        return log.Length;
    }

    private static bool HasWholeRecord(ReadOnlySpan<byte> log, int from)
    {
        for (int at = from; at <= log.Length - Header; at++)
        {
            if (IsWholeRecord(log[at..Math.Min(log.Length, BlockEnd(at))], PayloadMin))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsWholeRecord(ReadOnlySpan<byte> rest, int payloadMin) =>
        rest.Length >= Header && LengthOf(rest) >= payloadMin && LengthOf(rest) <= rest.Length - Header
        && FitsChecksum(rest, LengthOf(rest));

    private static bool FitsChecksum(ReadOnlySpan<byte> rest, int length) =>
        IsKnown(rest[6]) && ChecksumOf(rest) == Masked(Checksum(rest.Slice(6, 1 + length)));

    private static bool FitsChecksumAtSomeLength(ReadOnlySpan<byte> rest)
    {
        uint crc = uint.MaxValue;
        for (int end = 6; IsKnown(rest[6]) && end < rest.Length; end++)
        {
            crc = BitOperations.Crc32C(crc, rest[end]);
            if (ChecksumOf(rest) == Masked(~crc))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsKnown(byte type) => Types.AsSpan().Contains(type);

    private static uint ChecksumOf(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt32LittleEndian(record);

    private static int LengthOf(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt16LittleEndian(record[4..]);

    private static int BlockEnd(int at) => ((at / Block) + 1) * Block;

    // RocksDB masks what it stores, because a checksum of a text with a checksum in it is a weak one.
    private static uint Masked(uint crc) => BitOperations.RotateRight(crc, 15) + 0xa282ead8u;

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (byte one in bytes)
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        return ~crc;
    }
}
