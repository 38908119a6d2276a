using PaxosWcf.Consensus;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Tests.Replication;

/// <summary>What came of a mutation, for whoever was not told.</summary>
[TestClass]
public sealed class ResolveTests : IDisposable
{
    private readonly MemoryStore _store = new();
    private readonly string _session;
    private KeyValueStateMachine _machine;
    private long _number;

    public ResolveTests()
    {
        _machine = new KeyValueStateMachine(_store);
        _session = ((SessionOpened)Apply(new OpenSession(1))).Session;
    }

    public void Dispose() => _store.Dispose();

    [TestMethod]
    public void Resolve_OfWhatTookEffect_TellsItsAnswer()
    {
        KeyValueCommand[] mutations =
        [
            Put(1), new Delete(new(_session, 2, 0), "k"), new Batch(new(_session, 3, 0), [new BatchWrite("k", new byte[] { 1 })]),
            new Transact(new(_session, 4, 0), [new KeyComparison(ComparisonKind.Exists, "k", default, 0)], [], []), new GrantLease(new(_session, 5, 0), 1, 60),
        ];
        CommandAnswer[] answers = [.. mutations.Select(Apply)];

        Assert.AreSequenceEqual(answers, Enumerable.Range(1, mutations.Length).Select(sequence => ((Resolved)Apply(new Resolve(_session, sequence))).Answer));
        Assert.AreEqual(answers[0], Apply(mutations[0]), "it is still there for a repeat");
    }

    [TestMethod]
    public void Resolve_OfWhatHasNotCome_WithdrawsIt()
    {
        var withdrawn = new Withdrawn(new Slot(2), 0);

        Assert.AreEqual(new Resolved(withdrawn), Apply(new Resolve(_session, 1)));
        Assert.AreEqual(withdrawn, Apply(Put(1)), "it comes late, and has no effect");
        Assert.AreEqual(new Resolved(withdrawn), Apply(new Resolve(_session, 1)));
        Reload();
        Assert.AreEqual(withdrawn, Apply(Put(1)));
        Assert.AreEqual(0, _machine.Numbers.Revision);
        Assert.IsInstanceOfType<PutDone>(Apply(Put(2)), "the next one has");
    }

    [TestMethod]
    public void Resolve_OfWhatIsForgotten_TellsThat()
    {
        Apply(Put(1));
        Apply(Put(3, acknowledged: 2));

        Assert.AreEqual(new SessionForgotten(), Apply(new Resolve(_session, 1)));
        Assert.AreEqual(new SessionForgotten(), Apply(new Resolve(_session, 2)));
        Assert.AreEqual(new SessionForgotten(), Apply(new Resolve("nobody's", 1)));
        Assert.IsInstanceOfType<PutDone>(((Resolved)Apply(new Resolve(_session, 3))).Answer);
    }

    /// <summary>Nothing is kept of what is refused while a backup is restored: so it can be withdrawn then too.</summary>
    [TestMethod]
    public void Resolve_WhileABackupIsRestored_Withdraws()
    {
        Apply(new BeginRestore(7, Force: true));
        Assert.IsInstanceOfType<RestoreIsUnderWay>(Apply(Put(1)));

        Assert.IsInstanceOfType<Withdrawn>(((Resolved)Apply(new Resolve(_session, 1))).Answer);
        Apply(new EndRestore(7, 1, 0));
        Assert.IsInstanceOfType<Withdrawn>(Apply(Put(1)));
    }

    // Kept answers are on disks for ever.
    [TestMethod]
    public void Bytes_OfWithdrawn_AreAsTheyAreWritten()
    {
        var withdrawn = new Withdrawn(new Slot(7), 8);
        Assert.AreEqual("010807000000000000000800000000000000", Convert.ToHexStringLower(withdrawn.Encode()));
        Assert.AreEqual(withdrawn, CommandAnswer.Decode(withdrawn.Encode()));
    }

    private Put Put(long sequence, long acknowledged = 0) => new(new ClientIdentity(_session, sequence, acknowledged), "k", new byte[] { 1 });

    private void Reload()
    {
        var writes = new WriteSet();
        _machine.Seal(writes);
        _store.Write(writes, durable: true);
        _machine.OnWritten();
        _machine = new KeyValueStateMachine(_store);
    }

    private CommandAnswer Apply(KeyValueCommand command)
    {
        var answers = new List<AppliedCommand>();
        _machine.Apply(_machine.Numbers.AppliedThrough.Next, Value.Of([Command.Create(new CommandId(new(1), 1, ++_number), _number - 1, command.Encode())]), answers);
        return answers.Single().Answer;
    }
}
