using CsCheck;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Tests.Replication;

/// <summary>Commands and answers as bytes.</summary>
[TestClass]
public sealed class KeyValueCommandTests
{
    private static readonly Gen<ClientIdentity?> AnyIdentity = Gen.Select(
        Gen.Bool, Gen.String, Gen.Long, Gen.Long,
        (there, session, sequence, through) => there ? new ClientIdentity(Valid(session), sequence, through) : null);

    private static readonly Gen<BatchWrite> AnyWrite = Gen.Select(
        Gen.String, Gen.Bool, Gen.Byte.Array, (key, isPut, value) => new BatchWrite(Valid(key), isPut ? value : (ReadOnlyMemory<byte>?)null));

    private static readonly Gen<KeyComparison> AnyComparison = Gen.Select(
        Gen.Int[1, 5], Gen.String, Gen.Byte.Array, Gen.Long,
        (kind, key, value, number) => new KeyComparison((ComparisonKind)kind, Valid(key), value, number));

    private static readonly Gen<KeyValueCommand> AnyCommand = Gen.OneOf(
        Gen.Long.Select(nonce => (KeyValueCommand)new OpenSession(nonce)),
        Gen.Select(AnyIdentity, Gen.String, Gen.Byte.Array, (identity, key, value) => (KeyValueCommand)new Put(identity, Valid(key), value)),
        Gen.Select(AnyIdentity, Gen.String, (identity, key) => (KeyValueCommand)new Delete(identity, Valid(key))),
        Gen.Select(AnyIdentity, AnyWrite.Array[0, 5], (identity, writes) => (KeyValueCommand)new Batch(identity, writes)),
        Gen.Select(AnyIdentity, AnyComparison.Array[1, 5], AnyWrite.Array[0, 5], AnyWrite.Array[0, 5],
            (identity, comparisons, then, otherwise) => (KeyValueCommand)new Transact(identity, comparisons, then, otherwise)));

    [TestMethod]
    public void Command_WrittenAndRead_IsTheSame() => AnyCommand.Sample(command =>
        KeyValueCommand.Decode(command.Encode()) is { } read && read.Encode().SequenceEqual(command.Encode()));

    /// <summary>The layout is BinaryWriter's, which wrote the logs that are on disks already.</summary>
    [TestMethod]
    [DataRow(0), DataRow(1), DataRow(127), DataRow(128), DataRow(20_000)]
    public void Put_IsLaidOutAsBinaryWriterDoes(int length)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write((byte)1);
        writer.Write((byte)2);
        writer.Write(true);
        writer.Write("session");
        writer.Write(7L);
        writer.Write(6L);
        writer.Write(new string('é', length / 2));
        writer.Write7BitEncodedInt(length);
        writer.Write(new byte[length]);
        var put = new Put(new ClientIdentity("session", 7, 6), new string('é', length / 2), new byte[length]);
        Assert.AreSequenceEqual(stream.ToArray(), put.Encode());
    }

    [TestMethod]
    public void Command_CutOrLengthened_IsRefused() => Gen.Select(AnyCommand, Gen.Int[1, 9]).Sample((command, bytes) =>
    {
        var encoded = command.Encode();
        return KeyValueCommand.Decode(encoded.AsMemory(0, Math.Max(0, encoded.Length - bytes))) is null
            && KeyValueCommand.Decode((byte[])[.. encoded, .. new byte[bytes]]) is null;
    });

    [TestMethod]
    public void Command_Garbage_NeverThrows() => Gen.Byte.Array[0, 60].Sample(bytes =>
    {
        bytes = [1, .. bytes];
        KeyValueCommand.Decode(bytes);
    });

    [TestMethod]
    public void Answer_WrittenAndRead_IsTheSame()
    {
        foreach (var answer in new CommandAnswer[] { new PutDone(new(7), 8, true), new DeleteDone(new(9), 10, false), new BatchDone(new(1), 4, [new(5, true), new(5, false)]) })
        {
            Assert.AreEqual(answer, CommandAnswer.Decode(answer.Encode()));
        }
    }

    // The wire refuses unpaired surrogates before a command is made of them.
    private static string Valid(string text) => new([.. text.Where(character => !char.IsSurrogate(character))]);
}
