using System.Security.Cryptography;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

/// <summary>Writes a backup to a stream, block by block.</summary>
internal sealed class BackupFileWriter : IDisposable
{
    private readonly Stream _stream;
    private readonly IncrementalHash _all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _keys;

    public BackupFileWriter(Stream stream, BackupHeader header)
    {
        _stream = stream;
        Write(BackupFormat.Magic);
        Write([BackupFormat.Version]);
        WriteCounted(Bytes(writer =>
        {
            writer.Write(header.Cluster);
            writer.Write(header.Revision);
            writer.Write(header.AppliedThrough);
            writer.Write(header.Keys);
            writer.Write(header.TakenAt.ToUnixTimeMilliseconds());
        }));
    }

    public void Add(IReadOnlyList<BackupEntry> entries)
    {
        if (entries.Count == 0)
        {
            return;
        }

        Write([BackupFormat.Block]);
        WriteCounted(Bytes(writer =>
        {
            foreach (BackupEntry entry in entries)
            {
                writer.Write(entry.Key);
                writer.Write(entry.CreateRevision);
                writer.Write(entry.ModificationRevision);
                writer.Write(entry.Version);
                writer.Write(entry.Value.Length);
                writer.Write(entry.Value);
            }
        }));
        _keys += entries.Count;
    }

    /// <summary>Ends the file: without this it is no backup.</summary>
    public void Complete()
    {
        Write([BackupFormat.End]);
        Write(BitConverter.GetBytes(BitConverter.IsLittleEndian ? _keys : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(_keys)));
        _stream.Write(_all.GetHashAndReset());
    }

    public void Dispose() => _all.Dispose();

    private static byte[] Bytes(Action<BinaryWriter> write)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, BackupFormat.Text);
        write(writer);
        writer.Flush();
        return bytes.ToArray();
    }

    private void WriteCounted(byte[] bytes)
    {
        Span<byte> length = stackalloc byte[4];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        Write(length);
        Write(bytes);
        Write(SHA256.HashData(bytes));
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        _all.AppendData(bytes);
        _stream.Write(bytes);
    }
}
