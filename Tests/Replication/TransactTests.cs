using System.Text;
using CsCheck;
using PaxosWcf.Consensus;
using PaxosWcf.Contracts;
using PaxosWcf.Replication;
using PaxosWcf.Replication.Changes;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;
using ComparisonKind = PaxosWcf.Replication.KeyValue.ComparisonKind;

namespace PaxosWcf.Tests.Replication;

/// <summary>Writes that the state decides on.</summary>
[TestClass]
public sealed class TransactTests : IDisposable
{
    private readonly MemoryStore _store = new();
    private readonly KeyValueStateMachine _machine;
    private long _number;

    private readonly TestContext _test;

    public TransactTests(TestContext test) => (_test, _machine) = (test, new KeyValueStateMachine(_store));

    public void Dispose() => _store.Dispose();

    [TestMethod]
    [DataRow(ComparisonKind.Value, "there", "v", 0L, true)]
    [DataRow(ComparisonKind.Value, "there", "w", 0L, false)]
    [DataRow(ComparisonKind.Value, "there", "", 0L, false)]
    [DataRow(ComparisonKind.Value, "empty", "", 0L, true)]
    [DataRow(ComparisonKind.Value, "nobody", "", 0L, false, DisplayName = "a key that is not there holds no empty value")]
    [DataRow(ComparisonKind.Exists, "there", "", 0L, true)]
    [DataRow(ComparisonKind.Exists, "nobody", "", 0L, false)]
    [DataRow(ComparisonKind.Missing, "there", "", 0L, false)]
    [DataRow(ComparisonKind.Missing, "nobody", "", 0L, true)]
    [DataRow(ComparisonKind.ModificationRevision, "there", "", 2L, true)]
    [DataRow(ComparisonKind.ModificationRevision, "there", "", 1L, false)]
    [DataRow(ComparisonKind.ModificationRevision, "nobody", "", 0L, true)]
    [DataRow(ComparisonKind.Version, "there", "", 2L, true)]
    [DataRow(ComparisonKind.Version, "there", "", 3L, false)]
    [DataRow(ComparisonKind.Version, "nobody", "", 0L, true)]
    [DataRow(ComparisonKind.Version, "there", "", 0L, false)]
    public void Comparison_OfEachKind_HoldsOrDoesNot(ComparisonKind kind, string key, string value, long number, bool holds)
    {
        Apply(new Batch(null, [Put("there", "u"), Put("there", "v"), Put("empty", "")]));

        var answer = (TransactDone)Apply(If([new(kind, key, Bytes(value), number)], [Put("yes", "1")], [Put("no", "1")]));

        Assert.AreEqual(holds, answer.Held);
        Assert.AreEqual((holds, !holds), (_machine.Find("yes") is not null, _machine.Find("no") is not null));
    }

    [TestMethod]
    public void Branch_ThatDoesNotCount_IsNotApplied_AndTheAnswerSaysWhatWasFound()
    {
        Apply(new Batch(null, [Put("a", "1"), Put("a", "2")]));

        var held = Apply(If([Is("a", "2"), Missing("b")], [Put("b", "3"), Delete("nobody"), Delete("a")], [Put("c", "4")]));
        var not = Apply(If([Missing("a"), Missing("b"), Missing("a")], [Put("d", "5")], [Delete("b"), Put("a", "6")]));
        var nothing = Apply(If([Is("a", "7")], [Put("d", "5")], []));

        Assert.AreEqual(new TransactDone(new(2), 2, true, [new(3, false), new(3, false), new(4, true)], []), held);
        Assert.AreEqual(
            new TransactDone(new(3), 4, false, [new(5, true), new(6, false)], [new(0, 0), new(3, 1), new(0, 0)]), not,
            "as the comparisons found them, before anything was written");
        Assert.AreEqual(new TransactDone(new(4), 6, false, [], [new(6, 1)]), nothing);
        Assert.AreEqual("6", Text("a"));
        Assert.IsNull(_machine.Find("c"));
        Assert.IsNull(_machine.Find("d"));
        Assert.AreEqual(new StateNumbers(new Slot(4), 6, 1), _machine.Numbers);
    }

    /// <summary>Neither in the store nor sealed yet: comparisons see what the commands before them left, in the same slot too.</summary>
    [TestMethod]
    public void Comparison_SeesWhatIsNotInTheStoreYet()
    {
        var session = Open();
        var (writes, answers) = (new WriteSet(), new List<AppliedCommand>());
        Command[] commands =
        [
            New(new Batch(null, [Put("a", "1"), Put("b", "1")])),
            New(If([Is("a", "1"), Is("b", "1")], [Delete("b"), Put("a", "2")], [Put("a", "wrong")])),
            New(If([Is("a", "2"), Missing("b")], [Put("a", "3")], [Put("a", "wrong")])),
        ];
        _machine.Apply(_machine.Numbers.AppliedThrough.Next, Value.Of(commands), answers);
        _machine.Apply(_machine.Numbers.AppliedThrough.Next, Value.Of([New(If([Is("a", "3")], [Put("a", "4")], []) with { Identity = new(session, 1, 0) })]), answers);

        Assert.AreEqual("4", Text("a"));
        Assert.IsTrue(answers.Skip(1).All(applied => ((TransactDone)applied.Answer).Held));
        _machine.Seal(writes);
        _store.Write(writes, durable: true);
        _machine.OnWritten();
        Assert.AreEqual("4", Encoding.UTF8.GetString(new KeyValueStateMachine(_store).Find("a")!.Value.Span));
    }

    [TestMethod]
    public void Repeat_InItsSession_GetsTheFirstAnswerThoughItWouldNotHoldAnyMore()
    {
        var session = Open();
        var held = If([Missing("a")], [Put("a", "1")], [Put("b", "1")]) with { Identity = new(session, 1, 0) };
        var not = If([Missing("a")], [Put("c", "1")], [Put("a", "2")]) with { Identity = new(session, 2, 0) };
        var (first, second) = (Apply(held), Apply(not));

        Assert.AreEqual((true, false), (((TransactDone)first).Held, ((TransactDone)second).Held));
        Assert.AreEqual(first, Apply(held));
        Assert.AreEqual(second, Apply(not));
        Assert.AreEqual("2", Text("a"));
        Assert.AreEqual((2, 1), (_machine.Numbers.Revision, _machine.Numbers.Keys), "nothing was written twice");
        var reloaded = new KeyValueStateMachine(_store);
        Assert.AreEqual(first, ApplyTo(reloaded, held));
        Assert.AreEqual(second, ApplyTo(reloaded, not));
    }

    [TestMethod]
    public void Transaction_WhileABackupIsRestored_ExecutesNothingAndKeepsNoAnswer()
    {
        var session = Open();
        var transact = If([Missing("a")], [Put("a", "1")], []) with { Identity = new(session, 1, 0) };
        Apply(new BeginRestore(7, Force: true));

        Assert.IsInstanceOfType<RestoreIsUnderWay>(Apply(transact));
        Apply(new EndRestore(7, 1, 0));
        Assert.IsTrue(((TransactDone)Apply(transact)).Held);
    }

    [TestMethod]
    public void Changes_AreThoseOfTheBranchThatWasApplied()
    {
        Apply(If([Missing("a")], [Put("a", "1"), Put("b", "2"), Delete("nobody"), Delete("a")], [Put("c", "3")]));
        Apply(If([Missing("b")], [Put("c", "3")], [Delete("b")]));

        var found = (ChangesFound)_machine.ReadChanges(1, new ChangeFilter("", IsPrefix: true), 10, 1000);

        Assert.AreEqual("1@1 a 2@1 b 3@1 -a 4@2 -b", string.Join(' ', found.Changes.Select(change =>
            $"{change.Revision}@{change.Slot} {(change.Value is null ? "-" : "")}{change.Key}")));
    }

    /// <summary>Whoever reads while one is applied sees none of its writes, or all.</summary>
    [TestMethod]
    public async Task Reader_OfAnotherThread_NeverSeesAPart()
    {
        var cold = Enumerable.Range(0, 200).Select(key => Put($"cold {key}", "x")).ToArray();
        var applied = Task.Run(() =>
        {
            for (var round = 0; round < 100; round++)
            {
                Apply(If([Missing("seen by nobody")], [Put("seen by nobody", "x"), .. cold, Delete("seen by nobody")], []));
            }
        }, _test.CancellationToken);
        var reads = 0;
        while (!applied.IsCompleted)
        {
            Assert.IsNull(_machine.Find("seen by nobody"));
            reads++;
        }

        await applied;
        Assert.IsGreaterThan(0, reads);
    }

    /// <summary>Against a twin that is a dictionary.</summary>
    [TestMethod]
    public void Transactions_AgainstADumbTwin_SameAnswersAndValues() =>
        Gen.Select(AnyTransact.Array[1, 12], Gen.Bool).Sample((transactions, writes) =>
        {
            using var store = new MemoryStore();
            var machine = new KeyValueStateMachine(store);
            var twin = new Dictionary<string, (string Value, long Revision, long Version)>();
            var revision = 0L;
            foreach (var transact in transactions)
            {
                var held = transact.Comparisons.All(comparison => Holds(comparison, twin));
                var answer = (TransactDone)ApplyTo(machine, transact, store, writes);
                foreach (var (key, value) in held ? transact.Then : transact.Otherwise)
                {
                    var before = twin.GetValueOrDefault(key);
                    if (value is { } put)
                    {
                        twin[key] = (Encoding.UTF8.GetString(put.Span), ++revision, before.Version + 1);
                    }
                    else if (twin.Remove(key))
                    {
                        revision++;
                    }
                }

                if (answer.Held != held || answer.Revision != revision || answer.Seen.Count != (held ? 0 : transact.Comparisons.Count))
                {
                    return false;
                }
            }

            return Keys.All(key => machine.Find(key) is { } record
                ? twin.GetValueOrDefault(key) == (Encoding.UTF8.GetString(record.Value.Span), record.ModificationRevision, record.Version)
                : !twin.ContainsKey(key));
        });

    [TestMethod]
    public void Answer_WrittenAndRead_IsTheSame()
    {
        CommandAnswer[] answers =
        [
            new TransactDone(new(7), 100, true, [new(101, true), new(101, false), new(102, false)], []),
            new TransactDone(new(7), 100, false, [new(100, false)], [new(99, 3), new(0, 0)]),
            new TransactDone(new(7), 100, false, [], [new(long.MaxValue, 1)]),
        ];
        foreach (var answer in answers)
        {
            Assert.AreEqual(answer, CommandAnswer.Decode(answer.Encode()));
        }
    }

    // Kept answers are on disks for ever.
    [TestMethod]
    public void Bytes_OfThisBuild_AreAsTheyAreWritten()
    {
        Assert.AreEqual(
            "010407000000000000000800000000000000" + "01" + "020203",
            Convert.ToHexStringLower(new TransactDone(new(7), 8, true, [new(9, false), new(10, true)], []).Encode()));
        Assert.AreEqual(
            "010407000000000000000800000000000000" + "00" + "00" + "01" + "0500000000000000" + "0200000000000000",
            Convert.ToHexStringLower(new TransactDone(new(7), 8, false, [], [new(5, 2)]).Encode()));
    }

    [TestMethod]
    public void Command_AtEveryLimit_IsTaken()
    {
        BatchWrite[] branch = [.. Enumerable.Range(0, StateMachineLimits.TransactWritesMax).Select(n => Put($"k{n}", "v"))];
        KeyComparison[] comparisons = [.. Enumerable.Range(0, StateMachineLimits.ComparisonsMax).Select(n => Is($"k{n}", "v"))];

        var answer = (TransactDone)Apply(If(comparisons, branch, branch));

        Assert.IsFalse(answer.Held);
        Assert.AreEqual((StateMachineLimits.TransactWritesMax, StateMachineLimits.ComparisonsMax), (answer.Writes.Count, answer.Seen.Count));
        Assert.IsTrue(((TransactDone)Apply(If(comparisons, [], []))).Held);
    }

    /// <summary>No door lets these through. All replicas skip them alike, and go on.</summary>
    [TestMethod]
    public void Command_BeyondALimitOrOfAnUnknownKind_IsSkipped()
    {
        BatchWrite[] tooMany = [.. Enumerable.Repeat(Put("k", "v"), StateMachineLimits.TransactWritesMax + 1)];
        Transact[] refused =
        [
            If([], [Put("k", "v")], [Put("k", "v")]),
            If([.. Enumerable.Repeat(Missing("k"), StateMachineLimits.ComparisonsMax + 1)], [Put("k", "v")], []),
            If([Missing("k")], tooMany, []),
            If([Missing("k")], [], tooMany),
            If([new((ComparisonKind)6, "k", default, 0)], [Put("k", "v")], [Put("k", "v")]),
            If([new(0, "k", default, 0)], [Put("k", "v")], [Put("k", "v")]),
        ];
        foreach (var transact in refused)
        {
            Assert.IsNull(KeyValueCommand.Decode(transact.Encode()));
            Assert.IsInstanceOfType<SessionForgotten>(Apply(transact));
        }

        Assert.AreEqual(0, _machine.Numbers.Revision);
        Assert.AreEqual(refused.Length, _machine.Numbers.AppliedThrough.Number);
    }

    [TestMethod]
    [DataRow(StateMachineLimits.ComparisonsMax, StoreLimits.ComparisonsMax)]
    [DataRow(StateMachineLimits.TransactWritesMax, StoreLimits.TransactOperationsMax)]
    public void Limits_OfTheStateMachine_AreThoseOfTheDoor(int inside, int atTheDoor) => Assert.AreEqual(atTheDoor, inside);

    [TestMethod]
    [DataRow(false, false, true)]
    [DataRow(true, false, false)]
    [DataRow(false, true, false)]
    public void Store_ThatIsFull_RefusesWhatMayPut(bool thenPuts, bool otherwisePuts, bool taken)
    {
        var limit = new SizeLimit(100);
        limit.OnMeasured(100);

        Assert.AreEqual(taken, limit.Takes(If([Missing("k")], [thenPuts ? Put("k", "v") : Delete("k")], [otherwisePuts ? Put("k", "v") : Delete("k")])));
    }

    /// <summary>A wrong record that a comparison meets shows, even where nothing comes to be written.</summary>
    [TestMethod]
    [DataRow("v", 1L, true)]
    [DataRow("w", 1L, false)]
    [DataRow("v", 2L, false)]
    public void Audit_OfAComparisonThatFindsSomethingElse_HasAnotherHash(string value, long version, bool same)
    {
        var votes = new[] { ("v", 1L), (value, version) }.Select(record =>
        {
            using var store = new MemoryStore();
            var writes = new WriteSet();
            writes.Put(StoreFamily.Keys, "k"u8.ToArray(), new KeyRecord(1, 1, record.Item2, Bytes(record.Item1)).Encode());
            store.Write(writes, durable: true);
            var audit = new StateAudit(new Quorum([new ReplicaId(1)]), segmentSlots: 2);
            var machine = new KeyValueStateMachine(GenerationStore.Over(store), audit);
            ApplyTo(machine, If([Is("k", "v")], [], []), store);
            ApplyTo(machine, If([Is("k", "other")], [], []), store);
            return audit.TakeVote()!.Hash;
        }).ToArray();

        Assert.AreEqual(same, votes[0] == votes[1]);
    }

    private static readonly string[] Keys = ["a", "b", "c"];

    private static readonly Gen<BatchWrite> AnyWrite =
        Gen.Select(Gen.Int[0, 2], Gen.Int[-1, 2], (key, value) => value < 0 ? Delete(Keys[key]) : Put(Keys[key], $"{value}"));

    private static readonly Gen<KeyComparison> AnyComparison = Gen.Select(
        Gen.Int[1, 5], Gen.Int[0, 2], Gen.Int[0, 2], Gen.Int[0, 4],
        (kind, key, value, number) => new KeyComparison((ComparisonKind)kind, Keys[key], Bytes($"{value}"), number));

    private static readonly Gen<Transact> AnyTransact = Gen.Select(
        AnyComparison.Array[1, 2], AnyWrite.Array[0, 3], AnyWrite.Array[0, 3], (comparisons, then, otherwise) => If(comparisons, then, otherwise));

    private static bool Holds(KeyComparison comparison, Dictionary<string, (string Value, long Revision, long Version)> twin)
    {
        var isThere = twin.TryGetValue(comparison.Key, out var held);
        return comparison.Kind switch
        {
            ComparisonKind.Value => isThere && held.Value == Encoding.UTF8.GetString(comparison.Value.Span),
            ComparisonKind.Exists => isThere,
            ComparisonKind.Missing => !isThere,
            ComparisonKind.ModificationRevision => held.Revision == comparison.Number,
            _ => held.Version == comparison.Number,
        };
    }

    private static Transact If(KeyComparison[] comparisons, BatchWrite[] then, BatchWrite[] otherwise) => new(null, comparisons, then, otherwise);

    private static KeyComparison Is(string key, string value) => new(ComparisonKind.Value, key, Bytes(value), 0);

    private static KeyComparison Missing(string key) => new(ComparisonKind.Missing, key, default, 0);

    private static BatchWrite Put(string key, string value) => new(key, Bytes(value));

    private static BatchWrite Delete(string key) => new(key, null);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private string Open() => ((SessionOpened)Apply(new OpenSession(7))).Session;

    private string Text(string key) => Encoding.UTF8.GetString(_machine.Find(key)!.Value.Span);

    private CommandAnswer Apply(KeyValueCommand command) => ApplyTo(_machine, command);

    private Command New(KeyValueCommand command) =>
        Command.Create(new CommandId(new ReplicaId(1), 1, Interlocked.Increment(ref _number)), 0, command.Encode());

    private CommandAnswer ApplyTo(KeyValueStateMachine machine, KeyValueCommand command, MemoryStore? store = null, bool writes = true)
    {
        var (sealedWrites, answers) = (new WriteSet(), new List<AppliedCommand>());
        machine.Apply(machine.Numbers.AppliedThrough.Next, Value.Of([New(command)]), answers);
        if (writes)
        {
            machine.Seal(sealedWrites);
            (store ?? _store).Write(sealedWrites, durable: true);
            machine.OnWritten();
        }

        return answers.Single().Answer;
    }
}
