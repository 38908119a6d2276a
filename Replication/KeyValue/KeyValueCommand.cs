namespace PaxosWcf.Replication.KeyValue;

/// <summary>Names one mutation of a client for ever, so that a repeat of it is recognised.</summary>
/// <param name="Session">The session's name.</param>
/// <param name="Sequence">1 or more; the same for a repeat.</param>
/// <param name="AcknowledgedThrough">The client will not ask again about sequences up to this one.</param>
public sealed record ClientIdentity(string Session, long Sequence, long AcknowledgedThrough);

/// <summary>What a client wants done to the key-value state. A closed family.</summary>
/// <remarks>Layout: format version (1 byte), kind (1), then the fields as BinaryWriter writes them. A payload that begins with
/// 'c' is none of these: it changes the configuration, which is Consensus' own business.</remarks>
public abstract record KeyValueCommand
{
    private const byte FormatVersion = 1;

    // Of a payload that changes the configuration.
    private const byte ConfigurationMark = (byte)'c';

    /// <summary>What a count takes at most.</summary>
    internal const int LengthBytesMax = 5;

    private enum Kind : byte
    {
        OpenSession = 1,
        Put = 2,
        Delete = 3,
        Batch = 4,
        Transact = 5,
        GrantLease = 6,
        KeepLease = 7,
        RevokeLease = 8,
        ExpireLease = 9,
        BeginRestore = 10,
        RestoreKeys = 11,
        EndRestore = 12,
        Resolve = 13,
        StateVote = 15,
        BeginRestoreAfter = 16,
    }

    // From here on kinds have no effect on the state, and a build that does not know one passes over it: votes of builds that hash otherwise.
    private const byte FirstWithoutEffect = 128;

    /// <summary>The bytes that travel as a command's payload.</summary>
    public byte[] Encode()
    {
        switch (this)
        {
            case OpenSession open:
                var writer = Begin(Kind.OpenSession, moreBytes: 8);
                writer.Write(open.Nonce);
                return writer.ToArray();
            case Put put:
                writer = Begin(Kind.Put, put.Identity, TextBytesMax(put.Key) + LengthBytesMax + put.Value.Length);
                writer.Write(put.Key);
                writer.Write(put.Value.Span);
                return writer.ToArray();
            case Delete delete:
                writer = Begin(Kind.Delete, delete.Identity, TextBytesMax(delete.Key));
                writer.Write(delete.Key);
                return writer.ToArray();
            case Batch batch:
                writer = Begin(Kind.Batch, batch.Identity, BatchCodec.BytesMax(batch.Writes));
                BatchCodec.Write(writer, batch.Writes);
                return writer.ToArray();
            case Transact transact:
                writer = Begin(Kind.Transact, transact.Identity, TransactCodec.BytesMax(transact));
                TransactCodec.Write(writer, transact);
                return writer.ToArray();
            case GrantLease grant:
                writer = Begin(Kind.GrantLease, grant.Identity, moreBytes: 16);
                writer.Write(grant.Nonce);
                writer.Write(grant.TimeToLiveSeconds);
                return writer.ToArray();
            case KeepLease keep:
                writer = Begin(Kind.KeepLease, TextBytesMax(keep.Lease));
                writer.Write(keep.Lease);
                return writer.ToArray();
            case RevokeLease revoke:
                writer = Begin(Kind.RevokeLease, revoke.Identity, TextBytesMax(revoke.Lease));
                writer.Write(revoke.Lease);
                return writer.ToArray();
            case ExpireLease expire:
                writer = Begin(Kind.ExpireLease, TextBytesMax(expire.Lease) + 8);
                writer.Write(expire.Lease);
                writer.Write(expire.Renewals);
                return writer.ToArray();
            case Resolve resolve:
                writer = Begin(Kind.Resolve, TextBytesMax(resolve.Session) + 8);
                writer.Write(resolve.Session);
                writer.Write(resolve.Sequence);
                return writer.ToArray();
            case StateVote vote:
                writer = Begin(Kind.StateVote, moreBytes: 24);
                writer.Write(vote.Through);
                writer.Write(vote.Slots);
                writer.Write(vote.Hash);
                return writer.ToArray();
            case BeginRestore begin:
                writer = Begin(begin.After is null ? Kind.BeginRestore : Kind.BeginRestoreAfter, moreBytes: 17);
                writer.Write(begin.Restore);
                writer.Write(begin.Force);
                if (begin.After is { } after)
                {
                    writer.Write(after);
                }

                return writer.ToArray();
            case RestoreKeys keys:
                writer = Begin(Kind.RestoreKeys, 8 + LengthBytesMax + keys.Keys.Sum(RestoreCodec.BytesMax));
                writer.Write(keys.Restore);
                RestoreCodec.Write(writer, keys.Keys);
                return writer.ToArray();
            case EndRestore end:
                writer = Begin(Kind.EndRestore, moreBytes: 24);
                writer.Write(end.Restore);
                writer.Write(end.Revision);
                writer.Write(end.Keys);
                return writer.ToArray();
            default:
                throw new System.Diagnostics.UnreachableException($"a command of kind {GetType().Name}");
        }
    }

    /// <summary>Reads a command; null when the bytes are none of a known version. Every replica must come to the same
    /// answer, so that an unreadable command is skipped by all alike. Values are parts of the payload, not copies.</summary>
    public static KeyValueCommand? Decode(ReadOnlyMemory<byte> payload)
    {
        var reader = new FieldReader(payload);
        if (reader.ReadByte() != FormatVersion)
        {
            return null;
        }

        KeyValueCommand? command = (Kind)reader.ReadByte() switch
        {
            Kind.OpenSession => new OpenSession(reader.ReadInt64()),
            Kind.Put => new Put(ReadIdentity(ref reader), reader.ReadString(), reader.ReadBytes()),
            Kind.Delete => new Delete(ReadIdentity(ref reader), reader.ReadString()),
            Kind.StateVote => new StateVote(reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64()),
            Kind.Batch => new Batch(ReadIdentity(ref reader), BatchCodec.ReadWrites(ref reader)),
            Kind.Transact => TransactCodec.Read(ReadIdentity(ref reader), ref reader),
            Kind.GrantLease => new GrantLease(ReadIdentity(ref reader), reader.ReadInt64(), reader.ReadInt64()) is var grant
                && grant.TimeToLiveSeconds is >= 1 and <= StateMachineLimits.LeaseSecondsMax ? grant : null,
            Kind.KeepLease => new KeepLease(reader.ReadString()),
            Kind.RevokeLease => new RevokeLease(ReadIdentity(ref reader), reader.ReadString()),
            Kind.ExpireLease => new ExpireLease(reader.ReadString(), reader.ReadInt64()),
            Kind.Resolve => new Resolve(reader.ReadString(), reader.ReadInt64()),
            Kind.BeginRestore => new BeginRestore(reader.ReadInt64(), reader.ReadBoolean(), After: null),
            Kind.BeginRestoreAfter => new BeginRestore(reader.ReadInt64(), reader.ReadBoolean(), reader.ReadInt64()),
            Kind.RestoreKeys => reader.ReadInt64() is var restore && RestoreCodec.Read(ref reader) is { } keys
                ? new RestoreKeys(restore, keys)
                : null,
            Kind.EndRestore => new EndRestore(reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64()),
            _ => null,
        };
        return reader.IsAtEnd ? command : null;
    }

    /// <summary>Whether only a newer build can have made these bytes, and executes what this one cannot read: a kind above all of this build that may have an effect (below 128), or
    /// a later version of the format. New kinds of writes and comparisons come within a new kind of command.</summary>
    public static bool IsOfNewerBuild(ReadOnlySpan<byte> payload) =>
        payload.Length >= 2 && (payload[0] == FormatVersion ? payload[1] is > (byte)Kind.BeginRestoreAfter and < FirstWithoutEffect : payload[0] is > FormatVersion and < ConfigurationMark);

    /// <summary>What a text takes at most.</summary>
    internal static int TextBytesMax(string text) => LengthBytesMax + System.Text.Encoding.UTF8.GetByteCount(text);

    private static FieldWriter Begin(Kind kind, int moreBytes)
    {
        var writer = new FieldWriter(2 + moreBytes);
        writer.Write(FormatVersion);
        writer.Write((byte)kind);
        return writer;
    }

    private static FieldWriter Begin(Kind kind, ClientIdentity? identity, int moreBytes)
    {
        var writer = Begin(kind, 1 + (identity is null ? 0 : TextBytesMax(identity.Session) + 16) + moreBytes);
        writer.Write(identity is not null);
        if (identity is not null)
        {
            writer.Write(identity.Session);
            writer.Write(identity.Sequence);
            writer.Write(identity.AcknowledgedThrough);
        }

        return writer;
    }

    private static ClientIdentity? ReadIdentity(ref FieldReader reader) => reader.ReadBoolean()
        ? new ClientIdentity(reader.ReadString(), reader.ReadInt64(), reader.ReadInt64())
        : null;
}

/// <summary>Opens a session; its name is made of the slot that this command is chosen in.</summary>
/// <param name="Nonce">Keeps the names of two clusters apart.</param>
public sealed record OpenSession(long Nonce) : KeyValueCommand;

/// <summary>Writes one value.</summary>
public sealed record Put(ClientIdentity? Identity, string Key, ReadOnlyMemory<byte> Value) : KeyValueCommand;

/// <summary>Removes one key.</summary>
public sealed record Delete(ClientIdentity? Identity, string Key) : KeyValueCommand;

/// <summary>Puts and deletes that are applied in their order as one command.</summary>
public sealed record Batch(ClientIdentity? Identity, IReadOnlyList<BatchWrite> Writes) : KeyValueCommand;

/// <summary>One write of a batch.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">What a put writes; null: the key is removed.</param>
public readonly record struct BatchWrite(string Key, ReadOnlyMemory<byte>? Value)
{
    /// <summary>The lease that the key lives by, once it is put; null: it lives by none.</summary>
    public string? Lease { get; init; }
}

/// <summary>Puts and deletes that are applied in their order as one command, which of two lists the state decides.</summary>
/// <param name="Identity">Whose it is; null: a repeat is another command.</param>
/// <param name="Comparisons">What must hold, every one.</param>
/// <param name="Then">What is applied where it does.</param>
/// <param name="Otherwise">What is applied where it does not.</param>
public sealed record Transact(
    ClientIdentity? Identity, IReadOnlyList<KeyComparison> Comparisons, IReadOnlyList<BatchWrite> Then, IReadOnlyList<BatchWrite> Otherwise)
    : KeyValueCommand;

/// <summary>Finds out what came of a mutation, and sees to it that one which has not taken effect never will: its answer is then that it was withdrawn.</summary>
/// <param name="Session">The session's name.</param>
/// <param name="Sequence">The mutation's number in it: 1 or more.</param>
public sealed record Resolve(string Session, long Sequence) : KeyValueCommand;

/// <summary>What a replica made of a segment of the log. No client's command, and without effect on the state.</summary>
/// <param name="Through">The segment's last slot.</param>
/// <param name="Slots">How many slots it has.</param>
/// <param name="Hash">Of the effects of applying them.</param>
public sealed record StateVote(long Through, long Slots, long Hash) : KeyValueCommand;
