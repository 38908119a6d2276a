using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using DotNext.IO;
using DotNext.Net.Cluster.Consensus.Raft.StateMachine;

namespace PaxosWcf.Benchmarks.DotNext;

/// <summary>Keys and values in memory, as DotNext's Raft applies them; a run is too short for a snapshot.</summary>
/// <remarks>A command is the length of the key (4 bytes, little-endian), the key in UTF-8, and the value.</remarks>
internal sealed class DotNextStore(DirectoryInfo location) : SimpleStateMachine(location)
{
    private readonly Dictionary<string, byte[]> _keys = new(StringComparer.Ordinal);

    /// <summary>The command that writes one value.</summary>
    public static byte[] Put(string key, byte[] value)
    {
        int keyBytes = Encoding.UTF8.GetByteCount(key);
        byte[] command = new byte[sizeof(int) + keyBytes + value.Length];
        BinaryPrimitives.WriteInt32LittleEndian(command, keyBytes);
        Encoding.UTF8.GetBytes(key, command.AsSpan(sizeof(int)));
        value.CopyTo(command, sizeof(int) + keyBytes);
        return command;
    }

    protected override ValueTask<bool> ApplyAsync(LogEntry entry, CancellationToken token)
    {
        // An entry without a payload is a new leader's first.
        if (entry.TryGetPayload(out ReadOnlySequence<byte> payload) && !payload.IsEmpty)
        {
            byte[] command = payload.ToArray();
            int keyBytes = BinaryPrimitives.ReadInt32LittleEndian(command);
            _keys[Encoding.UTF8.GetString(command, sizeof(int), keyBytes)] = command[(sizeof(int) + keyBytes)..];
        }

        return new(false);
    }

    protected override ValueTask RestoreAsync(FileInfo snapshotFile, CancellationToken token) =>
        throw new NotSupportedException("No snapshot is ever made.");

    protected override ValueTask PersistAsync(IAsyncBinaryWriter writer, CancellationToken token) =>
        throw new NotSupportedException("No snapshot is asked for.");
}
