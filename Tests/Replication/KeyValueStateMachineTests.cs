using System.Text;
using PaxosWcf.Consensus;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Tests.Replication;

/// <summary>What chosen commands do, and that repeats of them do nothing.</summary>
[TestClass]
public sealed class KeyValueStateMachineTests : IDisposable
{
    private readonly MemoryStore _store = new();
    private KeyValueStateMachine _machine;
    private long _number;

    public KeyValueStateMachineTests() => _machine = new KeyValueStateMachine(_store);

    public void Dispose() => _store.Dispose();

    [TestMethod]
    public void Put_NewThenAgain_CountsRevisionsAndVersions()
    {
        Assert.AreEqual(new PutDone(new Slot(1), 1, Replaced: false), Apply(Put("k", "a")));
        Assert.AreEqual(new PutDone(new Slot(2), 2, Replaced: true), Apply(Put("k", "b")));
        var record = _machine.Find("k")!;
        Assert.AreEqual((1, 2, 2), (record.CreateRevision, record.ModificationRevision, record.Version));
        Assert.AreEqual("b", Encoding.UTF8.GetString(record.Value.Span));
        Assert.AreEqual(new StateNumbers(new Slot(2), 2, 1), _machine.Numbers);
    }

    [TestMethod]
    public void Delete_FoundAndNotFound_OnlyTheFirstMakesARevision()
    {
        Apply(Put("k", "a"));
        Assert.AreEqual(new DeleteDone(new Slot(2), 2, Found: true), Apply(new Delete(null, "k")));
        Assert.AreEqual(new DeleteDone(new Slot(3), 2, Found: false), Apply(new Delete(null, "k")));
        Assert.IsNull(_machine.Find("k"));
        Assert.AreEqual(0, _machine.Numbers.Keys);
    }

    [TestMethod]
    public void Commands_OfOneValue_SeeEachOther()
    {
        var answers = ApplyAll(New(Put("k", "a")), New(new Delete(null, "k")), New(Put("k", "b")), New(Put("k", "c")));
        Assert.AreSequenceEqual<CommandAnswer>(
            [new PutDone(new Slot(1), 1, false), new DeleteDone(new Slot(1), 2, true), new PutDone(new Slot(1), 3, false), new PutDone(new Slot(1), 4, true)],
            answers.Select(answer => answer.Answer));
        Assert.AreEqual(1, _machine.Numbers.Keys);
    }

    [TestMethod]
    public void Slot_OutOfOrder_IsADefect() =>
        Assert.ThrowsExactly<InvariantException>(() => _machine.Apply(new Slot(2), Value.Noop, []));

    [TestMethod]
    public void Command_ChosenTwice_AppliedOnce()
    {
        var command = New(Put("k", "a"));
        Assert.HasCount(1, ApplyAll(command));
        Assert.IsEmpty(ApplyAll(command));
        Assert.AreEqual(1, _machine.Numbers.Revision);
    }

    [TestMethod]
    public void Mutation_RepeatedInItsSession_GetsTheFirstAnswer()
    {
        var session = OpenSession();
        var first = Apply(Put("k", "a", new(session, 1, 0)));
        Apply(Put("k", "later"));
        Assert.AreEqual(first, Apply(Put("k", "a", new(session, 1, 0))));
        Assert.AreEqual("later", Encoding.UTF8.GetString(_machine.Find("k")!.Value.Span));
    }

    [TestMethod]
    public void Mutation_AcknowledgedThenRepeated_IsNotExecuted()
    {
        var session = OpenSession();
        Apply(Put("k", "a", new(session, 1, 0)));
        Apply(Put("k", "b", new(session, 2, 1)));
        Assert.AreEqual(new SessionForgotten(), Apply(Put("k", "a", new(session, 1, 0))));
        Assert.AreEqual(2, _machine.Numbers.Revision);
    }

    [TestMethod]
    public void Mutation_ThatAcknowledgesItself_IsStillRepeatable()
    {
        var session = OpenSession();
        var first = Apply(Put("k", "a", new(session, 1, 99)));
        Assert.AreEqual(first, Apply(Put("k", "a", new(session, 1, 99))));
    }

    [TestMethod]
    public void Mutations_OutOfOrder_AllExecutedOnce()
    {
        var session = OpenSession();
        Apply(Put("k", "b", new(session, 2, 0)));
        Assert.IsInstanceOfType<PutDone>(Apply(Put("k", "a", new(session, 1, 0))));
        Assert.AreEqual(2, _machine.Numbers.Revision);
    }

    [TestMethod]
    [DataRow("no such session", 1L)]
    [DataRow(null, 0L)]
    [DataRow(null, -5L)]
    public void Mutation_UnknownSessionOrBadSequence_IsNotExecuted(string? session, long sequence)
    {
        session ??= OpenSession();
        Assert.AreEqual(new SessionForgotten(), Apply(Put("k", "a", new(session, sequence, 0))));
        Assert.AreEqual(0, _machine.Numbers.Revision);
    }

    [TestMethod]
    public void Session_AtAnswersMax_ForgetsTheOldestAsIfAcknowledged()
    {
        var session = OpenSession();
        ApplyAll([.. Enumerable.Range(1, StateMachineLimits.AnswersPerSessionMax).Select(sequence => New(Put("k", "v", new(session, sequence, 0))))]);
        Assert.IsInstanceOfType<PutDone>(Apply(Put("k", "v", new(session, 1, 0))));
        Apply(Put("k", "v", new(session, 99_999, 0)));
        Assert.AreEqual(new SessionForgotten(), Apply(Put("k", "v", new(session, 1, 0))));
        Assert.IsInstanceOfType<PutDone>(Apply(Put("k", "v", new(session, 2, 0))));
        Assert.AreEqual(StateMachineLimits.AnswersPerSessionMax + 1, _machine.Numbers.Revision);
    }

    /// <summary>To skip what others execute would be to lose a write that they acknowledge. Kind 14 is a vote of long ago, and what a known kind cannot be read as is nobody's.</summary>
    [TestMethod]
    [DataRow(new byte[] { 1, 17, 0 }, true, DisplayName = "a kind that is not known")]
    [DataRow(new byte[] { 1, 127, 0 }, true, DisplayName = "the last kind that may have an effect")]
    [DataRow(new byte[] { 1, 128, 0 }, false, DisplayName = "a kind without effect, as votes of later builds are")]
    [DataRow(new byte[] { 2, 2, 0 }, true, DisplayName = "a format that is not known")]
    [DataRow(new byte[] { 1, 14, 0 }, false, DisplayName = "a kind that is not used any more")]
    [DataRow(new byte[] { 1, 2 }, false, DisplayName = "no whole command")]
    [DataRow(new byte[] { 0, 99 }, false, DisplayName = "nothing")]
    public void Command_OfANewerBuild_StopsTheReplica(byte[] payload, bool isNewer)
    {
        var value = Value.Of([PaxosWcf.Consensus.Command.Create(new CommandId(new ReplicaId(1), 1, 1), 0, payload)]);

        if (!isNewer)
        {
            _machine.Apply(new Slot(1), value, []);
            Assert.AreEqual(new Slot(1), _machine.Numbers.AppliedThrough);
            return;
        }

        var stops = Assert.ThrowsExactly<NewerCommandException>(() => _machine.Apply(new Slot(1), value, []));
        Assert.Contains("Slot 1 of the log holds a command that this build does not know", stops.Message);
    }

    [TestMethod]
    public void Sessions_AtMax_TheLongestUnusedIsForgotten()
    {
        var (oldest, used) = (OpenSession(), OpenSession());
        ApplyAll([.. Enumerable.Range(1, StateMachineLimits.SessionsMax - 2).Select(nonce => New(new OpenSession(nonce)))]);
        Apply(Put("k", "v", new(oldest, 1, 0)));
        Apply(new OpenSession(0));
        Assert.IsInstanceOfType<PutDone>(Apply(Put("k", "v", new(oldest, 2, 0))));
        Assert.AreEqual(new SessionForgotten(), Apply(Put("k", "v", new(used, 1, 0))));
    }

    [TestMethod]
    public void Changes_NotWrittenYet_AreReadAndCounted()
    {
        _machine.Apply(new Slot(1), Value.Of([New(Put("k", "a")), New(Put("gone", "b"))]), []);
        _machine.Apply(new Slot(2), Value.Of([New(Put("k", "c")), New(new Delete(null, "gone"))]), []);
        Assert.IsTrue(_machine.HasUnwritten);
        Assert.AreEqual("c", Encoding.UTF8.GetString(_machine.Find("k")!.Value.Span));
        Assert.IsNull(_machine.Find("gone"));
        Assert.AreEqual(new StateNumbers(new Slot(2), 4, 1), _machine.Numbers);
        Assert.AreEqual(new StateNumbers(Slot.None, 0, 0), new KeyValueStateMachine(_store).Numbers);
        Write();
        Assert.AreEqual(_machine.Numbers, new KeyValueStateMachine(_store).Numbers);
        Assert.AreEqual(2, _machine.Find("k")!.Version);
        Assert.IsNull(_machine.Find("gone"));
    }

    /// <summary>However often a key or a session was used, it is one record of the write set.</summary>
    [TestMethod]
    public void Changes_OfOneKeyAndSession_AreWrittenOnce()
    {
        var session = OpenSession();
        for (var sequence = 1; sequence <= 50; sequence++)
        {
            _machine.Apply(_machine.Numbers.AppliedThrough.Next, Value.Of([New(Put("k", "v", new(session, sequence, sequence - 1)))]), []);
        }

        var writes = new WriteSet();
        _machine.Seal(writes);
        Assert.AreSequenceEqual(
            [StoreFamily.Keys, StoreFamily.Sessions, StoreFamily.Sessions, StoreFamily.Changes, StoreFamily.Changes, StoreFamily.Meta],
            writes.Writes.Select(write => write.Family));
    }

    [TestMethod]
    [DataRow(StateMachineLimits.UnwrittenChangesMax, 1, 0, DisplayName = "changes")]
    [DataRow(StateMachineLimits.UnwrittenSlotsMax, 0, 0, DisplayName = "slots")]
    [DataRow(4L, 1, (int)StateMachineLimits.UnwrittenBytesMax / 4, DisplayName = "bytes")]
    public void Unwritten_AtMax_IsDue(long slots, int puts, int valueBytes)
    {
        for (var slot = 1L; slot <= slots; slot++)
        {
            Assert.IsFalse(_machine.IsWriteDue);
            if (puts > 0 && valueBytes == 0)
            {
                // All in one slot: the limit of slots is lower.
                _machine.Apply(new Slot(1), Value.Of([.. Enumerable.Range(0, (int)slots).Select(_ => New(Put("k", "v")))]), []);
                break;
            }

            _machine.Apply(new Slot(slot), puts == 0 ? Value.Noop : Value.Of([New(new Put(null, $"{slot}", new byte[valueBytes]))]), []);
        }

        Assert.IsTrue(_machine.IsWriteDue);
        Write();
        Assert.IsFalse(_machine.IsWriteDue);
    }

    [TestMethod]
    public void Command_Unreadable_IsSkippedByAllAlike()
    {
        var command = Command.Create(new CommandId(new ReplicaId(1), 1, 50), 0, [0, 9, 9]);
        Assert.AreEqual(new SessionForgotten(), ApplyAll(command).Single().Answer);
        Assert.AreEqual(new StateNumbers(new Slot(1), 0, 0), _machine.Numbers);
    }

    /// <summary>However the slots were cut into write sets, and however often the process was restarted between them.</summary>
    [TestMethod]
    [DataRow(1), DataRow(2), DataRow(3)]
    public void State_ReloadedAtAnyPoint_SameStateAndHash(int seed)
    {
        var random = new Random(seed);
        var values = RandomValues(random, count: 60);
        var twin = new MemoryStore();
        var other = new KeyValueStateMachine(twin);
        for (var at = 0; at < values.Count;)
        {
            var run = Math.Min(random.Next(1, 6), values.Count - at);
            ApplyRun(_machine, _store, values, at, run);
            for (var i = 0; i < run; i++)
            {
                ApplyRun(other, twin, values, at + i, 1);
            }

            at += run;
            Assert.AreEqual(StateHasher.Hash(twin), StateHasher.Hash(_store));
            if (random.Next(3) == 0)
            {
                _machine = new KeyValueStateMachine(_store);
                Assert.AreEqual(other.Numbers, _machine.Numbers);
            }
        }

        Assert.IsGreaterThan(0, _machine.Numbers.Revision);
    }

    private static void ApplyRun(KeyValueStateMachine machine, MemoryStore store, List<Value> values, int from, int count)
    {
        var writes = new WriteSet();
        for (var at = from; at < from + count; at++)
        {
            machine.Apply(new Slot(at + 1), values[at], []);
        }

        machine.Seal(writes);
        store.Write(writes, durable: false);
        machine.OnWritten();
        Assert.IsFalse(machine.HasUnwritten);
    }

    private static List<Value> RandomValues(Random random, int count)
    {
        var sessions = new List<string>();
        var values = new List<Value>();
        for (var slot = 1; slot <= count; slot++)
        {
            var commands = Enumerable.Range(0, random.Next(4)).Select(place =>
            {
                var id = new CommandId(new ReplicaId(random.Next(1, 4)), (slot / 20) + 1, random.Next(1, 40));
                var identity = sessions.Count > 0 && random.Next(4) > 0
                    ? new ClientIdentity(sessions[random.Next(sessions.Count)], random.Next(1, 300), random.Next(slot))
                    : null;
                KeyValueCommand command = random.Next(6) switch
                {
                    0 => new OpenSession(slot),
                    1 => new Delete(identity, $"k{random.Next(4)}"),
                    _ => Put($"k{random.Next(4)}", $"v{slot}", identity),
                };
                if (command is OpenSession)
                {
                    sessions.Add($"{slot:x}-{place:x}-{slot:x16}");
                }

                return Command.Create(id, random.Next(8), command.Encode());
            });
            values.Add(Value.Of([.. commands]));
        }

        return values;
    }

    private static Put Put(string key, string value, ClientIdentity? identity = null) =>
        new(identity, key, Encoding.UTF8.GetBytes(value));

    private Command New(KeyValueCommand command) =>
        Command.Create(new CommandId(new ReplicaId(1), 1, ++_number), 0, command.Encode());

    private string OpenSession() => ((SessionOpened)Apply(new OpenSession(7))).Session;

    private CommandAnswer Apply(KeyValueCommand command) => ApplyAll(New(command)).Single().Answer;

    private List<AppliedCommand> ApplyAll(params Command[] commands)
    {
        var answers = new List<AppliedCommand>();
        _machine.Apply(_machine.Numbers.AppliedThrough.Next, Value.Of(commands), answers);
        Write();
        return answers;
    }

    private void Write()
    {
        var writes = new WriteSet();
        _machine.Seal(writes);
        _store.Write(writes, durable: true);
        _machine.OnWritten();
    }
}
