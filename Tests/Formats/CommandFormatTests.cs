using PaxosWcf.Consensus;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Tests.Formats;

/// <summary>What is voted on and kept in logs for ever: values, commands, and what they ask for.</summary>
[TestClass]
public sealed class CommandFormatTests
{
    private const string Golden = "commands.txt";

    private static readonly ClientIdentity Identity = new("s41-1", 7, 5);

    private static readonly Dictionary<string, KeyValueCommand> Commands = new()
    {
        ["OpenSession"] = new OpenSession(0x0123456789ABCDEF),
        ["Put"] = new Put(Identity, "färben", new byte[] { 0, 1, 255 }),
        ["PutWithoutIdentity"] = new Put(null, "k", new byte[200]),
        ["Delete"] = new Delete(Identity, "k"),
        ["Batch"] = new Batch(null, [new BatchWrite("a", new byte[] { 1 }), new BatchWrite("b", null)]),
        ["Transact"] = new Transact(
            Identity,
            [
                new KeyComparison(ComparisonKind.Value, "a", new byte[] { 1 }, 0),
                new KeyComparison(ComparisonKind.Exists, "b", default, 0),
                new KeyComparison(ComparisonKind.Missing, "c", default, 0),
                new KeyComparison(ComparisonKind.ModificationRevision, "d", default, 0x0123456789ABCDEF),
                new KeyComparison(ComparisonKind.Version, "e", default, 2),
            ],
            [new BatchWrite("a", new byte[] { 2 })],
            [new BatchWrite("a", null), new BatchWrite("b", new byte[] { 3 })]),
        ["GrantLease"] = new GrantLease(Identity, 0x0123456789ABCDEF, 60),
        ["KeepLease"] = new KeepLease("2-0-000000000000000a"),
        ["RevokeLease"] = new RevokeLease(Identity, "2-0-000000000000000a"),
        ["ExpireLease"] = new ExpireLease("2-0-000000000000000a", 258),
        ["LeasedBatch"] = new Batch(null, [new BatchWrite("a", new byte[] { 1 }) { Lease = "2-0-a" }, new BatchWrite("b", null)]),
        ["Resolve"] = new Resolve("s41-1", 7),
        ["StateVote"] = new StateVote(2048, 1024, 0x0123456789ABCDEF),
    };

    [TestMethod]
    [DataRow("OpenSession")]
    [DataRow("Put")]
    [DataRow("PutWithoutIdentity")]
    [DataRow("Delete")]
    [DataRow("Batch")]
    [DataRow("Transact")]
    [DataRow("GrantLease")]
    [DataRow("KeepLease")]
    [DataRow("RevokeLease")]
    [DataRow("ExpireLease")]
    [DataRow("LeasedBatch")]
    [DataRow("Resolve")]
    [DataRow("StateVote")]
    public void Command_IsWrittenAsEver(string name)
    {
        GoldenFile.AssertHas(Golden, name, Convert.ToHexStringLower(Commands[name].Encode()));
    }

    [TestMethod]
    [DataRow("OpenSession")]
    [DataRow("Put")]
    [DataRow("PutWithoutIdentity")]
    [DataRow("Delete")]
    [DataRow("Batch")]
    [DataRow("Transact")]
    [DataRow("GrantLease")]
    [DataRow("KeepLease")]
    [DataRow("RevokeLease")]
    [DataRow("ExpireLease")]
    [DataRow("LeasedBatch")]
    [DataRow("Resolve")]
    [DataRow("StateVote")]
    public void Command_OfAnEarlierBuild_IsRead(string name)
    {
        var read = KeyValueCommand.Decode(Convert.FromHexString(GoldenFile.Read(Golden)[name]));

        Assert.IsNotNull(read);
        Assert.AreEqual(Commands[name].GetType(), read.GetType());
        Assert.AreSequenceEqual(Commands[name].Encode(), read.Encode());
    }

    [TestMethod]
    public void Configuration_IsWrittenAsEver_AndReadAgain()
    {
        var written = new PaxosWcf.Consensus.Configuration(
            7,
            [
                new Member(new ReplicaId(1), Incarnation.First, 0, IsVoter: true, "http://a:1/ http://a:2/"),
                new Member(new ReplicaId(6), new Incarnation(0x0123456789ABCDEF), 7, IsVoter: false, "ä"),
            ]);
        GoldenFile.AssertHas(Golden, "Configuration", Convert.ToHexStringLower(written.Encode()));

        byte[] golden = Convert.FromHexString(GoldenFile.Read(Golden)["Configuration"]);
        Assert.IsTrue(PaxosWcf.Consensus.Configuration.TryRead(golden, out var read));
        Assert.AreEqual(7, read.Number);
        Assert.AreSequenceEqual(written.Members, read.Members);
    }

    [TestMethod]
    public void Value_IsWrittenAsEver_AndReadAgain()
    {
        Command[] commands =
        [
            Command.Create(new CommandId(new ReplicaId(3), 2, 17), finishedThrough: 15, Commands["Put"].Encode()),
            Command.Create(new CommandId(new ReplicaId(5), 1, 1), finishedThrough: 0, Commands["Delete"].Encode()),
        ];
        GoldenFile.AssertHas(Golden, "Value", Convert.ToHexStringLower(Value.Of(commands).Bytes.Span));
        GoldenFile.AssertHas(Golden, "Noop", Convert.ToHexStringLower(Value.Noop.Bytes.Span));

        Assert.IsTrue(Value.TryRead(Convert.FromHexString(GoldenFile.Read(Golden)["Value"]), out var value));
        Assert.AreEqual("(R3/2#17 R5/1#1)", $"{value}");
        Assert.AreEqual(15, value.Commands[0].FinishedThrough);
        Assert.IsTrue(value.Commands[1].Payload.Span.SequenceEqual(Commands["Delete"].Encode()));
        Assert.IsTrue(Value.TryRead(Convert.FromHexString(GoldenFile.Read(Golden)["Noop"]), out var noop));
        Assert.AreEqual(Value.Noop, noop);
    }
}
