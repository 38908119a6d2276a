using System.Buffers.Binary;
using PaxosWcf.Consensus;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Replication.Snapshots;

/// <summary>Where the snapshot of another replica gathers, chunk by chunk, beside the state: in the other generation of Keys,
/// Sessions and Changes. How far it has come is on the disk with it, so that a restarted replica goes on there.</summary>
/// <remarks>The record of it: format version (1 byte), the other replica (4), the snapshot's name (8), the next chunk (8), all
/// big-endian, then the record of the snapshot's numbers.</remarks>
internal sealed class SnapshotStage
{
    private const byte FormatVersion = 1;
    private const int HeaderBytes = 21;

    private static readonly byte[] StagingKey = "staging"u8.ToArray();

    // No key begins with this byte: those of Keys are UTF-8, those of the others begin with a letter.
    private static readonly byte[] End = [0xff];

    private static readonly StoreFamily[] Families = [StoreFamily.OtherKeys, StoreFamily.OtherSessions, StoreFamily.OtherChanges];

    private byte[]? _numbersRecord;

    /// <summary>Finds what an earlier start of the process has staged.</summary>
    public SnapshotStage(IReplicaStore store)
    {
        if (store.Find(StoreFamily.Meta, StagingKey) is not { } record)
        {
            return;
        }

        Invariant.Holds(record.Length > HeaderBytes && record[0] == FormatVersion, "the record of a staged snapshot is readable");
        Progress = new SnapshotProgress(
            new ReplicaId(BinaryPrimitives.ReadInt32BigEndian(record.AsSpan(1))),
            BinaryPrimitives.ReadInt64BigEndian(record.AsSpan(5)),
            BinaryPrimitives.ReadInt64BigEndian(record.AsSpan(13)));
        _numbersRecord = record[HeaderBytes..];
    }

    /// <summary>What is staged; null when nothing is.</summary>
    public SnapshotProgress? Progress { get; private set; }

    /// <summary>Takes away what is of no use any more: a snapshot that tells nothing beyond the state, or what the exchange of
    /// generations has left when a crash came right after it.</summary>
    /// <returns>Whether there was anything; the write set is to be written then.</returns>
    public bool Tidy(GenerationStore store, Slot appliedThrough, WriteSet writes)
    {
        var isLeftOver = Progress is null
            ? Families.Any(family => store.Scan(family, [], null).Any())
            : KeyValueStateMachine.ReadNumbers(_numbersRecord).AppliedThrough <= appliedThrough;
        if (isLeftOver)
        {
            Clear(writes);
            writes.Delete(StoreFamily.Meta, StagingKey);
            Progress = null;
            _numbersRecord = null;
        }

        return isLeftOver;
    }

    /// <summary>Adds a chunk to a write set. When <see cref="StageOutcome.Staged"/> comes back the set is to be written; when
    /// <see cref="StageOutcome.Installed"/> does, <see cref="Install"/> is to follow in another, durable one.</summary>
    public StageOutcome Stage(StageChunk stage, Slot appliedThrough, WriteSet writes)
    {
        var chunk = SnapshotChunk.Decode(stage.Bytes);
        if (chunk is null || chunk.Number != stage.Chunk)
        {
            return StageOutcome.Broken;
        }

        // First, for what it would follow may have been tidied away meanwhile, and it would be asked for again and again.
        if (chunk.Numbers.AppliedThrough <= appliedThrough)
        {
            return StageOutcome.Useless;
        }

        if (!Follows(stage, chunk))
        {
            return StageOutcome.Broken;
        }

        if (chunk.Number == 0)
        {
            Clear(writes);
        }

        foreach (var record in chunk.Records)
        {
            writes.Put(GenerationStore.Place(record.Family, isExchanged: true), record.Key, record.Value);
        }

        _numbersRecord = chunk.NumbersRecord;
        Progress = new SnapshotProgress(stage.From, stage.Snapshot, chunk.Number + 1);
        writes.Put(StoreFamily.Meta, StagingKey, WriteProgress(Progress, _numbersRecord));
        return chunk.IsLast ? StageOutcome.Installed : StageOutcome.Staged;
    }

    /// <summary>Adds what makes the staged snapshot the state, to the write set that exchanges the generations.</summary>
    /// <returns>The slot that the state is of then.</returns>
    public Slot Install(WriteSet writes)
    {
        var numbers = _numbersRecord!;
        KeyValueStateMachine.PutNumbersRecord(numbers, writes);
        writes.Delete(StoreFamily.Meta, StagingKey);
        _numbersRecord = null;
        Progress = null;
        return KeyValueStateMachine.ReadNumbers(numbers).AppliedThrough;
    }

    /// <summary>Adds the removal of all that is in the other generation: a snapshot that was given up, or the old state.</summary>
    public static void Clear(WriteSet writes)
    {
        foreach (var family in Families)
        {
            writes.DeleteRange(family, [], End);
        }
    }

    // Chunks of two snapshots, or with one left out between them, would make a state that never was.
    private bool Follows(StageChunk stage, SnapshotChunk chunk) =>
        chunk.Number == 0
        || (Progress == new SnapshotProgress(stage.From, stage.Snapshot, chunk.Number)
            && _numbersRecord.AsSpan().SequenceEqual(chunk.NumbersRecord));

    private static byte[] WriteProgress(SnapshotProgress progress, byte[] numbersRecord)
    {
        var record = new byte[HeaderBytes + numbersRecord.Length];
        record[0] = FormatVersion;
        BinaryPrimitives.WriteInt32BigEndian(record.AsSpan(1), progress.From.Number);
        BinaryPrimitives.WriteInt64BigEndian(record.AsSpan(5), progress.Snapshot);
        BinaryPrimitives.WriteInt64BigEndian(record.AsSpan(13), progress.NextChunk);
        numbersRecord.CopyTo(record, HeaderBytes);
        return record;
    }
}
