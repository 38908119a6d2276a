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

    private (OperationLedger Ledger, UserOperation Operation) Sent(long sequence)
    {
        var ledger = new OperationLedger(_failures.Add);
        var operation = new UserOperation("put k v", Slot.None);
        ledger.OnSent(operation, Identity(sequence));
        return (ledger, operation);
    }

    private static RequestIdentity Identity(long sequence) => new() { Session = "s", Sequence = sequence };
}
