using System.Text;
using PaxosWcf.Consensus;
using PaxosWcf.Replication.Backups;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Tests.Replication;

/// <summary>What the steps of a restore do to the replicated state, each as often as it is chosen.</summary>
[TestClass]
public sealed class RestoreTests : IDisposable
{
    private readonly MemoryStore _store = new();
    private KeyValueStateMachine _machine;
    private long _number;

    public RestoreTests() => _machine = new KeyValueStateMachine(_store);

    public void Dispose() => _store.Dispose();

    [TestMethod]
    public void Restore_IntoANewStore_RevisionsAndVersionsAreAsTheyWere()
    {
        Assert.AreEqual(new RestoreAnswer(RestoreStep.Done, 0, 0), Apply(new BeginRestore(7, Force: false)));
        Assert.AreEqual(new RestoreAnswer(RestoreStep.Done, 2, 0), Apply(new RestoreKeys(7, [Restored("a", 3, 9, 4), Restored("b", 5, 5, 1)])));
        Assert.AreEqual(new RestoreAnswer(RestoreStep.Done, 2, 12), Apply(new EndRestore(7, Revision: 12, Keys: 2)));

        var record = _machine.Find("a")!;
        Assert.AreEqual((3, 9, 4, "a"), (record.CreateRevision, record.ModificationRevision, record.Version, Encoding.UTF8.GetString(record.Value.Span)));
        Assert.AreEqual(0, _machine.Restoring);
        Assert.AreEqual(new PutDone(new Slot(4), 13, Replaced: true), Apply(Put("a")));
        record = _machine.Find("a")!;
        Assert.AreEqual((3, 13, 5), (record.CreateRevision, record.ModificationRevision, record.Version));
    }

    [TestMethod]
    public void Restore_UnderWay_NothingElseIsWrittenAndTheRepeatIsExecutedOnce()
    {
        var session = ((SessionOpened)Apply(new OpenSession(1))).Session;
        Apply(new BeginRestore(7, Force: false));
        var put = Put("k") with { Identity = new ClientIdentity(session, 1, 0) };

        Assert.AreEqual(new RestoreIsUnderWay(7), Apply(put));
        Assert.AreEqual(new RestoreIsUnderWay(7), Apply(new Delete(null, "k")));
        Assert.AreEqual(new RestoreIsUnderWay(7), Apply(new Batch(null, [new BatchWrite("k", null)])));
        Assert.AreEqual(7, _machine.Restoring);
        Apply(new EndRestore(7, 0, 0));
        Assert.AreEqual(new PutDone(new Slot(7), 1, Replaced: false), Apply(put));
        Assert.AreEqual(new PutDone(new Slot(7), 1, Replaced: false), Apply(put));
    }

    [TestMethod]
    public void Restore_IntoAStoreThatHeldKeys_IsRefusedUnlessForced()
    {
        Apply(Put("k"));
        Apply(new Delete(null, "k"));

        Assert.AreEqual(new RestoreAnswer(RestoreStep.NotEmpty, 0, 2), Apply(new BeginRestore(7, Force: false)));
        Assert.AreEqual(0, _machine.Restoring);
        Assert.AreEqual(RestoreStep.Done, Step(new BeginRestore(7, Force: true)));
    }

    /// <summary>What is applied goes to the store later: a backup is of what the store holds, and says so.</summary>
    [TestMethod]
    public void Backup_OfTheMidstOfARestore_SaysSo_ThoughTheRestoreIsOverByThen()
    {
        Apply(new BeginRestore(7, Force: false));
        Apply(new RestoreKeys(7, [Restored("half", 1, 1, 1)]));
        Write();
        Apply(new EndRestore(7, Revision: 1, Keys: 1));

        using (var reader = new BackupReader(_store))
        {
            Assert.AreEqual(7, reader.Restoring);
        }

        Write();
        using var later = new BackupReader(_store);
        Assert.AreEqual(0, later.Restoring);
    }

    [TestMethod]
    public void Restore_Interrupted_AnotherTakesOverOnlyIfForced()
    {
        Apply(new BeginRestore(7, Force: false));
        Apply(new RestoreKeys(7, [Restored("half", 1, 1, 1)]));

        Assert.AreEqual(RestoreStep.AnotherUnderWay, Step(new BeginRestore(8, Force: false)));
        Assert.AreEqual(new RestoreAnswer(RestoreStep.Done, 1, 0), Apply(new BeginRestore(8, Force: true)));
        Assert.AreEqual(RestoreStep.NotUnderWay, Step(new RestoreKeys(7, [Restored("late", 1, 1, 1)])));
        Assert.AreEqual(new RestoreAnswer(RestoreStep.Done, 0, 0), Apply(new RestoreKeys(8, [new RestoredKey("half", null)])));
        Assert.AreEqual(RestoreStep.Done, Step(new EndRestore(8, 0, 0)));
    }

    /// <summary>Each step may be chosen twice, and late: its answer was lost, or the message was slow.</summary>
    [TestMethod]
    public void Restore_StepsRepeatedAndLate_ChangeNothing()
    {
        Apply(new BeginRestore(7, Force: false));
        Assert.AreEqual(RestoreStep.Done, Step(new BeginRestore(7, Force: false)));
        Apply(new RestoreKeys(7, [Restored("a", 1, 1, 1)]));
        Assert.AreEqual(new RestoreAnswer(RestoreStep.Done, 1, 0), Apply(new RestoreKeys(7, [Restored("a", 1, 1, 1)])));
        Apply(new EndRestore(7, 1, 1));
        Apply(Put("a"));

        Assert.AreEqual(RestoreStep.NotUnderWay, Step(new BeginRestore(7, Force: true)));
        Assert.AreEqual(RestoreStep.NotUnderWay, Step(new RestoreKeys(7, [Restored("a", 1, 1, 1)])));
        Assert.AreEqual(RestoreStep.Done, Step(new EndRestore(7, 1, 1)), "its answer was lost, perhaps");
        Assert.AreEqual(RestoreStep.NotUnderWay, Step(new EndRestore(6, 1, 1)));
        Assert.AreEqual(2, _machine.Find("a")!.ModificationRevision);
        Assert.AreEqual(0, _machine.Restoring);
    }

    /// <summary>It waited at a replica that stood still, while another was begun, ended, and written over.</summary>
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Restore_BegunLate_DoesNotUndoAnother(bool otherIsOver)
    {
        Apply(new BeginRestore(8, Force: true, After: 0));
        if (otherIsOver)
        {
            Apply(new EndRestore(8, 5, 0));
            Apply(Put("important"));
        }

        Assert.AreEqual(RestoreStep.NotUnderWay, Step(new BeginRestore(7, Force: true, After: 0)));
        Assert.AreEqual(otherIsOver ? 0 : 8, _machine.Restoring);
        Restart();
        Assert.AreEqual(8, _machine.LastRestore);
        Assert.AreEqual(RestoreStep.Done, Step(new BeginRestore(7, Force: true, After: 8)));
        Assert.AreEqual(RestoreStep.Done, Step(new BeginRestore(7, Force: true, After: 8)), "its answer was lost, perhaps");
        Assert.AreEqual(7, _machine.Restoring);
    }

    [TestMethod]
    public void Restore_KeysAreMissing_DoesNotEnd()
    {
        Apply(new BeginRestore(7, Force: false));
        Apply(new RestoreKeys(7, [Restored("a", 1, 1, 1)]));
        Assert.AreEqual(new RestoreAnswer(RestoreStep.Incomplete, 1, 0), Apply(new EndRestore(7, 5, 2)));
        Assert.AreEqual(7, _machine.Restoring);
    }

    [TestMethod]
    public void Restore_ForcedIntoANewerStore_TakesTheNextRevision()
    {
        Apply(Put("k"));
        Apply(Put("k"));
        Apply(new BeginRestore(7, Force: true));
        Apply(new RestoreKeys(7, [new RestoredKey("k", null)]));
        Assert.AreEqual(new RestoreAnswer(RestoreStep.Done, 0, 3), Apply(new EndRestore(7, Revision: 1, Keys: 0)));
    }

    [TestMethod]
    public void Restore_ReplicaRestartsMeanwhile_StillKnows()
    {
        Apply(new BeginRestore(7, Force: false));
        Apply(new RestoreKeys(7, [Restored("a", 3, 9, 4)]));
        Restart();
        Assert.AreEqual(7, _machine.Restoring);
        Apply(new EndRestore(7, 12, 1));
        Restart();
        Assert.AreEqual(0, _machine.Restoring);
        Assert.AreEqual(RestoreStep.NotUnderWay, Step(new BeginRestore(7, Force: true)), "the last one is remembered");
        Assert.AreEqual(12, _machine.Numbers.Revision);
        Assert.AreEqual(4, _machine.Find("a")!.Version);
    }

    [TestMethod]
    public void Backup_InPages_HoldsEveryKeyOfItsMomentInOrder()
    {
        for (var key = 0; key < 5000; key++)
        {
            Apply(Put($"k{key:D5}"));
        }

        Write();
        using var reader = new BackupReader(_store);
        Apply(Put("later"));
        Write();
        var first = reader.Read(0)!;
        Assert.AreSequenceEqual(first.Keys.Select(key => key.Key), reader.Read(0)!.Keys.Select(key => key.Key), "a page may be read again");
        Assert.IsNull(reader.Read(2), "but none left out");
        var all = first.Keys.Select(key => key.Key).ToList();
        for (var page = 1; !reader.Read(page)!.IsLast; page++)
        {
            all.AddRange(reader.Read(page)!.Keys.Select(key => key.Key));
        }

        all.AddRange(reader.Read(reader.Next - 1)!.Keys.Select(key => key.Key));
        Assert.AreEqual(new StateNumbers(new Slot(5000), 5000, 5000), reader.Numbers);
        Assert.AreSequenceEqual(Enumerable.Range(0, 5000).Select(key => $"k{key:D5}"), all);
        Assert.IsNull(reader.Read(reader.Next), "nothing follows the last");
    }

    private static RestoredKey Restored(string key, long created, long modified, long version) =>
        new(key, new KeyRecord(created, modified, version, Encoding.UTF8.GetBytes(key)));

    private static Put Put(string key) => new(null, key, "v"u8.ToArray());

    private RestoreStep Step(KeyValueCommand command) => ((RestoreAnswer)Apply(command)).Step;

    private CommandAnswer Apply(KeyValueCommand command)
    {
        var id = new CommandId(new ReplicaId(1), 1, ++_number);
        var answers = new List<AppliedCommand>();
        _machine.Apply(_machine.Numbers.AppliedThrough.Next, Value.Of([Command.Create(id, _number - 1, command.Encode())]), answers);
        return answers.Single().Answer;
    }

    private void Write()
    {
        var writes = new WriteSet();
        _machine.Seal(writes);
        _store.Write(writes, durable: true);
        _machine.OnWritten();
    }

    private void Restart()
    {
        Write();
        _machine = new KeyValueStateMachine(_store);
    }
}
