namespace PaxosWcf.Replication.KeyValue;

// A closed family: what restores a backup. Chosen like any other command, so that all replicas end with the same keys, each with
// the revisions and the version that it had. While a restore is under way nothing else is written. Each of them may be
// repeated: it changes nothing the second time.

/// <summary>Begins a restore.</summary>
/// <param name="Restore">Its number, drawn at random: 1 or more, never used for another.</param>
/// <param name="Force">Take a store that is not empty, or one whose restore was interrupted.</param>
/// <param name="After">The restore that was the last one as far as its caller knew, 0: there was none. Where another came since, it is late, and would undo that. Null: not told.</param>
public sealed record BeginRestore(long Restore, bool Force, long? After = null) : KeyValueCommand;

/// <summary>Sets keys as they were, or removes them.</summary>
public sealed record RestoreKeys(long Restore, IReadOnlyList<RestoredKey> Keys) : KeyValueCommand;

/// <summary>Ends a restore, if all keys are there.</summary>
/// <param name="Restore">Its number.</param>
/// <param name="Revision">The revision of the backup. Where the store had one before, its next is taken if that is higher: a revision must
/// never fall, nor stand for two states.</param>
/// <param name="Keys">How many keys the store must hold.</param>
public sealed record EndRestore(long Restore, long Revision, long Keys) : KeyValueCommand;

/// <summary>A key of a backup.</summary>
/// <param name="Key">The key.</param>
/// <param name="Record">What it holds; null: it is removed.</param>
public readonly record struct RestoredKey(string Key, KeyRecord? Record);

/// <summary>How a step of a restore went.</summary>
public enum RestoreStep
{
    /// <summary>It is done.</summary>
    Done,

    /// <summary>Not begun: the store holds keys, or has held some.</summary>
    NotEmpty,

    /// <summary>Not begun: another restore is under way, or was interrupted.</summary>
    AnotherUnderWay,

    /// <summary>Nothing was done: this restore is not under way; it is over, or another took its place.</summary>
    NotUnderWay,

    /// <summary>Not ended: the number of keys is not that of the backup.</summary>
    Incomplete,
}

/// <summary>What came of a step of a restore.</summary>
/// <param name="Step">How it went.</param>
/// <param name="Keys">How many keys the store holds after it.</param>
/// <param name="Revision">The store's revision after it.</param>
public sealed record RestoreAnswer(RestoreStep Step, long Keys, long Revision) : CommandAnswer;

/// <summary>Nothing was executed, because a backup is being restored.</summary>
/// <param name="Restore">Its number.</param>
public sealed record RestoreIsUnderWay(long Restore) : CommandAnswer;

/// <summary>Restored keys as bytes.</summary>
/// <remarks>Their count (7 bits a byte), then for each whether it is set (1 byte), the key, and a set one's record as the store
/// has it.</remarks>
internal static class RestoreCodec
{
    public static int BytesMax(RestoredKey key) => 16 + (4 * key.Key.Length) + 32 + (key.Record?.Value.Length ?? 0);

    public static void Write(FieldWriter writer, IReadOnlyList<RestoredKey> keys)
    {
        writer.WriteCount(keys.Count);
        foreach (var (key, record) in keys)
        {
            writer.Write(record is not null);
            writer.Write(key);
            if (record is not null)
            {
                writer.Write(record.Encode().AsSpan());
            }
        }
    }

    /// <summary>Null where a record is none.</summary>
    public static RestoredKey[]? Read(ref FieldReader reader)
    {
        var keys = new RestoredKey[reader.ReadCount()];
        for (var i = 0; i < keys.Length && !reader.HasFailed; i++)
        {
            var isSet = reader.ReadBoolean();
            var key = reader.ReadString();
            var record = isSet ? KeyRecord.TryDecode(reader.ReadBytes()) : null;
            if (isSet && record is null)
            {
                return null;
            }

            keys[i] = new RestoredKey(key, record);
        }

        return keys;
    }
}
