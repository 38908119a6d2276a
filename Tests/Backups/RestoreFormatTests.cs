using PaxosWcf.Consensus;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Tests.Backups;

/// <summary>The commands and the record of a restore as they are in logs and stores: another layout needs another version.</summary>
[TestClass]
public sealed class RestoreFormatTests
{
    public static IEnumerable<object[]> Commands =>
    [
        ["010a070000000000000001", new BeginRestore(7, Force: true)],
        ["01100700000000000000010800000000000000", new BeginRestore(7, Force: true, After: 8)],
        [
            "010b07000000000000000201016b1e01010000000000000003000000000000000200000000000000" + "76616c75650004676f6e65",
            new RestoreKeys(7, [new RestoredKey("k", new KeyRecord(1, 3, 2, "value"u8.ToArray())), new RestoredKey("gone", null)]),
        ],
        ["010c07000000000000000c000000000000000300000000000000", new EndRestore(7, 12, 3)],
    ];

    [TestMethod]
    [DynamicData(nameof(Commands))]
    public void Command_OfARestore_IsWrittenAndReadAsItWas(string golden, object command)
    {
        Assert.AreEqual(golden, Convert.ToHexStringLower(((KeyValueCommand)command).Encode()));
        Assert.AreEqual(golden, Convert.ToHexStringLower(KeyValueCommand.Decode(Convert.FromHexString(golden))!.Encode()));
    }

    [TestMethod]
    public void Command_WithARecordOfALaterVersion_IsNone()
    {
        var later = Convert.FromHexString((string)Commands.ElementAt(2)[0]);
        later[15] = 2;
        Assert.IsNull(KeyValueCommand.Decode(later));
    }

    [TestMethod]
    [DataRow("01070000000000000001", 7, DisplayName = "under way")]
    [DataRow("01070000000000000000", 0, DisplayName = "over")]
    public void Record_OfARestore_IsRead(string golden, long restoring)
    {
        using var store = new MemoryStore();
        var writes = new WriteSet();
        writes.Put(StoreFamily.Sessions, "b"u8.ToArray(), Convert.FromHexString(golden));
        store.Write(writes, durable: true);
        var machine = new KeyValueStateMachine(store);
        Assert.AreEqual(restoring, machine.Restoring);

        var begin = Command.Create(new CommandId(new ReplicaId(1), 1, 1), 0, new BeginRestore(restoring == 0 ? 9 : 7, Force: false).Encode());
        var answers = new List<AppliedCommand>();
        machine.Apply(new Slot(1), Value.Of([begin]), answers);
        Assert.AreEqual(RestoreStep.Done, ((RestoreAnswer)answers.Single().Answer).Step);
    }
}
