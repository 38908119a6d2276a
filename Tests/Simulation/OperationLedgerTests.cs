using PaxosWcf.Consensus;
using PaxosWcf.Contracts;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Simulator;

namespace PaxosWcf.Tests.Simulation;

/// <summary>What the simulator would say to a client that breaks its word.</summary>
[TestClass]
public sealed class OperationLedgerTests
{
    private static readonly PutDone Done = new(new Slot(3), Revision: 2, Replaced: false);

    private readonly List<string> _failures = [];

    [TestMethod]
    public void Mutation_TakesEffectUnderTwoIdentities_Fails()
    {
        var (ledger, operation) = Sent(sequence: 1);
        ledger.OnSent(operation, Identity(2));
        ledger.OnExecuted(new ClientIdentity("s", 1, 0), Done);
        Assert.IsEmpty(_failures);

        ledger.OnExecuted(new ClientIdentity("s", 2, 0), Done);

        Assert.Contains("took effect twice", _failures.Single());
    }

    [TestMethod]
    public void Identity_UsedForAnotherCall_Fails()
    {
        var (ledger, _) = Sent(sequence: 1);

        ledger.OnSent(new UserOperation("other", Slot.None), Identity(1));

        Assert.HasCount(1, _failures);
    }

    [TestMethod]
    public void Mutation_CalledOffAndThenExecuted_Fails()
    {
        var (ledger, operation) = Sent(sequence: 1);
        ledger.OnCalledOff(operation);
        Assert.IsEmpty(_failures);

        ledger.OnExecuted(new ClientIdentity("s", 1, 0), Done);

        Assert.Contains("never would", _failures.Single());
    }

    [TestMethod]
    public void Mutation_AcknowledgedOtherwiseThanItCameTo_Fails()
    {
        var (ledger, operation) = Sent(sequence: 1);
        ledger.OnExecuted(new ClientIdentity("s", 1, 0), Done);

        ledger.OnAnswered(operation, Done with { Revision = 9 });

        Assert.HasCount(1, _failures);
    }

    [TestMethod]
    public void Mutation_DoubtfulAndThenExecutedOnce_IsFine()
    {
        var (ledger, operation) = Sent(sequence: 1);
        ledger.OnDoubtful(operation);
        ledger.OnExecuted(new ClientIdentity("s", 1, 0), Done);

        Assert.IsEmpty(_failures);
    }

    /// <summary>No session hides it: whatever is executed takes effect.</summary>
    [TestMethod]
    [DataRow(false, DisplayName = "a put")]
    [DataRow(true, DisplayName = "a transaction, the second time by its other list")]
    public void Mutation_WithoutAnIdentity_ExecutedTwice_Fails(bool transacts)
    {
        var (ledger, operation, command) = SentWithout(transacts);
        ledger.OnDoubtful(operation);
        ledger.OnExecuted(command, Done);
        Assert.IsEmpty(_failures, "it is in doubt, so it may have been executed");

        ledger.OnExecuted(command, Done with { Slot = new Slot(4) });

        Assert.Contains("took effect twice", _failures.Single());
    }

    [TestMethod]
    [DataRow(false, DisplayName = "later")]
    [DataRow(true, DisplayName = "before its user was told")]
    public void Mutation_WithoutAnIdentity_CalledOff_AndExecuted_Fails(bool before)
    {
        var (ledger, operation, command) = SentWithout(transacts: false);
        if (before)
        {
            ledger.OnExecuted(command, Done);
        }

        ledger.OnCalledOff(operation);
        if (!before)
        {
            ledger.OnExecuted(command, Done);
        }

        Assert.Contains("never would", _failures.Single());
    }

    [TestMethod]
    public void Mutation_WithoutAnIdentity_AnsweredAndNotExecuted_OrOtherwise_Fails()
    {
        var (ledger, operation, command) = SentWithout(transacts: false);
        ledger.OnAnswered(operation, Done);
        Assert.Contains("came to nothing", _failures.Single());
        ledger.OnExecuted(command, Done);
        ledger.OnAnswered(operation, Done);
        Assert.HasCount(1, _failures);

        ledger.OnAnswered(operation, Done with { Replaced = true });

        Assert.HasCount(2, _failures);
    }

    /// <summary>The twin tells the ledger what it executes, whichever replica applies it first.</summary>
    [TestMethod]
    public void Mutation_WithoutAnIdentity_ProposedTwice_EndsTheRun()
    {
        var cluster = new SimulatedCluster(seed: 1, replicas: 3);
        var put = new Put(null, "k", "unique"u8.ToArray());
        cluster.Checker.Ledger.OnSent(new UserOperation("put k", Slot.None), "unique"u8.ToArray());
        var first = cluster.Begin(put, "k", cluster.Replica(1));
        cluster.RunUntil(() => first.IsDone, 500, "the put is answered");
        var second = cluster.Begin(put, "k", cluster.Replica(2));

        var failure = Assert.ThrowsExactly<SimulationException>(() => cluster.RunUntil(() => second.IsDone, 500, "the second put is answered"));

        Assert.Contains("took effect twice", failure.What);
    }

    private (OperationLedger Ledger, UserOperation Operation, KeyValueCommand Command) SentWithout(bool transacts)
    {
        var ledger = new OperationLedger(_failures.Add);
        var operation = new UserOperation("put k v", Slot.None);
        ledger.OnSent(operation, "v"u8.ToArray());
        KeyValueCommand command = transacts
            ? new Transact(null, [], [new BatchWrite("k", "v"u8.ToArray())], [new BatchWrite("k", "other"u8.ToArray())])
            : new Put(null, "k", "v"u8.ToArray());
        return (ledger, operation, command);
    }

    private (OperationLedger Ledger, UserOperation Operation) Sent(long sequence)
    {
        var ledger = new OperationLedger(_failures.Add);
        var operation = new UserOperation("put k v", Slot.None);
        ledger.OnSent(operation, Identity(sequence));
        return (ledger, operation);
    }

    private static RequestIdentity Identity(long sequence) => new() { Session = "s", Sequence = sequence };
}
