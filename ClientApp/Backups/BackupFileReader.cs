using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

/// <summary>Reads a backup from a stream, block by block; every block is held against its checksum before anything of it is used,
/// and at the end the whole file.</summary>
internal sealed class BackupFileReader : IDisposable
{
    private readonly Stream _stream;
    private readonly IncrementalHash _all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] _lastKey = [];
    private long _keys;

    /// <summary>Reads the header.</summary>
    /// <exception cref="BackupFormatException">It is no backup, of a later format, or damaged.</exception>
    public BackupFileReader(Stream stream)
    {
        _stream = stream;
        if (!Read(BackupFormat.Magic.Length, "its beginning").AsSpan().SequenceEqual(BackupFormat.Magic))
        {
            throw new BackupFormatException("This is not a backup of PaxosWcf.");
        }

        byte version = Read(1, "its version")[0];
        if (version != BackupFormat.Version)
        {
            throw new BackupFormatException(
                $"The backup is of format version {version}; this program reads version {BackupFormat.Version}. Take a program of its time.");
        }

        Header = Fields(ReadCounted("the header"), "the header", reader => new BackupHeader(
            reader.ReadString(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(),
            DateTimeOffset.FromUnixTimeMilliseconds(reader.ReadInt64())));
    }

    public BackupHeader Header { get; }

    /// <summary>The blocks in order. After the last one the file is known to be whole.</summary>
    /// <exception cref="BackupFormatException">It is damaged; the message says where.</exception>
    public IEnumerable<IReadOnlyList<BackupEntry>> Blocks()
    {
        while (Read(1, "the next block")[0] is var kind && kind != BackupFormat.End)
        {
            string where = $"the block after {Counted.Of(_keys, "key")}";
            if (kind != BackupFormat.Block)
            {
                throw Damaged(where);
            }

            List<BackupEntry> entries = Fields(ReadCounted(where), where, Entries);
            entries.ForEach(entry => Check(entry, where));
            _keys += entries.Count;
            yield return entries;
        }

        CheckEnd();
    }

    public void Dispose() => _all.Dispose();

    private void CheckEnd()
    {
        long keys = BinaryPrimitives.ReadInt64LittleEndian(Read(8, "its end"));
        byte[] expected = _all.GetHashAndReset();
        if (!Read(BackupFormat.HashBytes, "its checksum").AsSpan().SequenceEqual(expected) || _stream.ReadByte() >= 0)
        {
            throw Damaged("its end");
        }

        if (keys != _keys || keys != Header.Keys)
        {
            throw new BackupFormatException($"The backup holds {Counted.Of(_keys, "key")} where its header names {Header.Keys}: it is not complete.");
        }
    }

    private static List<BackupEntry> Entries(BinaryReader reader)
    {
        var entries = new List<BackupEntry>();
        while (reader.BaseStream.Position < reader.BaseStream.Length)
        {
            string key = reader.ReadString();
            (long created, long modified, long version) = (reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64());
            int length = reader.ReadInt32();
            byte[] value = length is >= 0 and <= StoreLimits.ValueBytesMax ? reader.ReadBytes(length) : [];
            if (value.Length != length)
            {
                throw new EndOfStreamException();
            }

            entries.Add(new BackupEntry { Key = key, Value = value, CreateRevision = created, ModificationRevision = modified, Version = version });
        }

        return entries;
    }

    private void Check(BackupEntry entry, string where)
    {
        byte[] key = Encoding.UTF8.GetBytes(entry.Key);
        bool rises = _lastKey.Length == 0 || key.AsSpan().SequenceCompareTo(_lastKey) > 0;
        if (!rises || StoreRules.CheckKey(entry.Key) is not null || entry.CreateRevision < 1 || entry.Version < 1
            || entry.ModificationRevision < entry.CreateRevision || entry.ModificationRevision > Header.Revision)
        {
            throw Damaged(where);
        }

        _lastKey = key;
    }

    private static T Fields<T>(byte[] bytes, string where, Func<BinaryReader, T> read)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes), BackupFormat.Text);
        try
        {
            return read(reader);
        }
        catch (Exception e) when (e is EndOfStreamException or ArgumentException or FormatException)
        {
            throw Damaged(where);
        }
    }

    private byte[] ReadCounted(string where)
    {
        int length = BinaryPrimitives.ReadInt32LittleEndian(Read(4, where));
        if (length is < 0 or > BackupFormat.BlockBytesMax)
        {
            throw Damaged(where);
        }

        byte[] bytes = Read(length, where);
        return Read(BackupFormat.HashBytes, where).AsSpan().SequenceEqual(SHA256.HashData(bytes)) ? bytes : throw Damaged(where);
    }

    private byte[] Read(int length, string where)
    {
        byte[] bytes = new byte[length];
        if (_stream.ReadAtLeast(bytes, length, throwOnEndOfStream: false) < length)
        {
            throw new BackupFormatException($"The backup is cut off within {where}.");
        }

        // The last checksum is of all before it.
        if (where != "its checksum")
        {
            _all.AppendData(bytes);
        }

        return bytes;
    }

    private static BackupFormatException Damaged(string where) => new($"The backup is damaged: {where} is not what was written.");
}
