using System.ServiceModel;
using PaxosWcf.Consensus;
using PaxosWcf.Contracts;
using PaxosWcf.ReplicaHost.Endpoints;

namespace PaxosWcf.Tests.Host;

/// <summary>SOAP 1.2 asks who is at fault: the sender's request would be refused again, the receiver's may be answered later or elsewhere.</summary>
[TestClass]
public sealed class StoreFaultsTests
{
    private static readonly RequestIdentity Identity = new() { Session = "s", Sequence = 1 };

    [TestMethod]
    public void RequestThatWouldBeRefusedAgain_IsTheSenders()
    {
        FaultException[] faults =
        [
            StoreFaults.InvalidRequest("key", "It is empty."), StoreFaults.SessionExpired(Identity), StoreFaults.Compacted(1, 2),
            StoreFaults.ChangeRefused(new ChangeRefusal("No such member.", MayPass: false)), StoreFaults.FaultLabOff(1),
        ];

        Assert.AreSequenceEqual(faults.Select(_ => "Sender").ToArray(), faults.Select(f => f.Code.Name).ToArray());
        Assert.AreEqual("InvalidRequest", faults[0].Code.SubCode.Name);
    }

    [TestMethod]
    public void RequestThatMayBeAnsweredLaterOrElsewhere_IsTheReceivers()
    {
        FaultException[] faults =
        [
            StoreFaults.NoQuorum(TimeSpan.FromSeconds(1)), StoreFaults.OutcomeUnknown(TimeSpan.FromSeconds(1)), StoreFaults.Overloaded("Max", 1),
            StoreFaults.StorageFull(2, 1), StoreFaults.Restoring(1), StoreFaults.NotLeader(1, null), StoreFaults.ReplicaFenced(1),
            StoreFaults.ChangeRefused(new ChangeRefusal("Another change is under way.", MayPass: true)),
        ];

        Assert.AreSequenceEqual(faults.Select(_ => "Receiver").ToArray(), faults.Select(f => f.Code.Name).ToArray());
        Assert.AreEqual("NoQuorum", faults[0].Code.SubCode.Name);
    }
}
