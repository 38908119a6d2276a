using CsCheck;
using PaxosWcf.Consensus;

namespace PaxosWcf.Tests.Consensus;

/// <summary>Values and commands as bytes: what was written is read, and nothing else is.</summary>
[TestClass]
public sealed class CodecTests
{
    private static readonly Gen<Command> AnyCommand = Gen.Select(
        Gen.Int[1, 31], Gen.Long, Gen.Long, Gen.Long, Gen.Byte.Array[0, 40],
        (origin, boot, number, finished, payload) =>
            Command.Create(new CommandId(new ReplicaId(origin), boot, number), finished, payload));

    private static readonly Gen<Value> AnyValue = AnyCommand.List[0, 6].Select(Value.Of);

    [TestMethod]
    public void Value_WrittenAndRead_IsTheSame() => AnyValue.Sample(value =>
        Value.TryRead(value.Bytes, out var read)
        && read.Equals(value)
        && read.Commands.Select(Fields).SequenceEqual(value.Commands.Select(Fields)));

    [TestMethod]
    public void Command_WrittenAndRead_IsTheSame() => AnyCommand.Sample(command =>
        Command.TryRead(command.Bytes, out var read) && Fields(read) == Fields(command));

    [TestMethod]
    public void Value_CutOrLengthened_IsRefused() => Gen.Select(AnyValue, Gen.Int[1, 20]).Sample((value, bytes) =>
        !Value.TryRead(value.Bytes[..Math.Max(0, value.Bytes.Length - bytes)], out _)
        && !Value.TryRead((byte[])[.. value.Bytes.Span, .. new byte[bytes]], out _));

    [TestMethod]
    public void Value_Garbage_NeverThrows() => Gen.Byte.Array[0, 100].Sample(bytes =>
        !Value.TryRead(bytes, out var value) || value.Bytes.Span.SequenceEqual(bytes));

    [TestMethod]
    public void Value_OneByteChanged_IsRefusedOrAnotherValue() =>
        Gen.Select(AnyValue, Gen.Int[0, 500], Gen.Byte[1, 255]).Sample((value, at, change) =>
        {
            var bytes = value.Bytes.ToArray();
            bytes[at % bytes.Length] ^= change;
            return !Value.TryRead(bytes, out var read) || !read.Equals(value);
        });

    [TestMethod]
    [DataRow(new byte[] { 2, 0, 0, 0, 0 }, DisplayName = "an unknown version")]
    [DataRow(new byte[] { 1, 255, 255, 255, 255 }, DisplayName = "a negative count")]
    [DataRow(new byte[] { 1, 255, 255, 255, 127 }, DisplayName = "a count that no bytes can hold")]
    [DataRow(new byte[] { 1, 0, 0, 0 }, DisplayName = "half a header")]
    public void Value_BadHeader_IsRefused(byte[] bytes) => Assert.IsFalse(Value.TryRead(bytes, out _));

    private static (CommandId Id, long Finished, string Payload) Fields(Command command) =>
        (command.Id, command.FinishedThrough, Convert.ToHexString(command.Payload.Span));
}
