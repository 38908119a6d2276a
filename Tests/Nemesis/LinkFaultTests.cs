using PaxosWcf.Client;
using PaxosWcf.Nemesis;
using PaxosWcf.Tests.Client;

namespace PaxosWcf.Tests.Nemesis;

/// <summary>Faults of links and acceptors take hold where those whom they befall say so.</summary>
[TestClass]
public sealed class LinkFaultTests
{
    private static readonly int[] Replicas = [1, 2, 3, 4, 5];

    private readonly FaultLab _lab;

    public LinkFaultTests() => _lab = new FaultLab(new ReplicaControlClient(FakeCluster.Options(), Cluster, TimeProvider.System));

    private FakeCluster Cluster { get; } = new();

    [TestMethod]
    public async Task Cut_TakesHoldWhereOneEndOfEachLinkIsThere()
    {
        Assert.IsTrue(await RunAsync(new CutFault(_lab), FaultKind.Split, 2));

        Cluster.Gone.Add(FakeCluster.Addresses[2]);
        Assert.IsTrue(await RunAsync(new CutFault(_lab), FaultKind.Split, 2), "the others lose what it sends and what it should hear");

        Cluster.Gone.Add(FakeCluster.Addresses[3]);
        Assert.IsFalse(await RunAsync(new CutFault(_lab), FaultKind.Split, 2), "nothing is cut between two that are down");
    }

    [TestMethod]
    [DataRow(FaultKind.Delay)]
    [DataRow(FaultKind.Acceptor)]
    public async Task Fault_OfAReplicaThatIsDown_DoesNotTakeHold(object kind)
    {
        Fault fault = (FaultKind)kind == FaultKind.Delay ? new DelayFault(_lab, Replicas) : new AcceptorFault(_lab);
        Assert.IsTrue(await RunAsync(fault, (FaultKind)kind, 2, 4));

        Cluster.Gone.Add(FakeCluster.Addresses[4]);

        Assert.IsFalse(await RunAsync(fault, (FaultKind)kind, 2, 4));
    }

    /// <summary>Replica 1 leads.</summary>
    [TestMethod]
    [DataRow(3, false, true, DisplayName = "to another")]
    [DataRow(1, false, false, DisplayName = "to the one that leads")]
    [DataRow(3, true, false, DisplayName = "while nobody leads")]
    public async Task Transfer_TakesHoldWhereTheOtherLeads(int heir, bool leaderIsGone, bool holds)
    {
        if (leaderIsGone)
        {
            Cluster.Gone.Add(FakeCluster.Addresses[1]);
        }

        Assert.AreEqual(holds, await RunAsync(new TransferFault(_lab, Replicas), FaultKind.Transfer, heir));
    }

    private static Task<bool> RunAsync(Fault fault, FaultKind kind, params int[] victims) => fault.RunAsync(
        new FaultStep(kind, TimeSpan.Zero, TimeSpan.Zero, victims)
        {
            Lost = Partitions.Split([2, 3, 1, 4, 5], minority: 1),
            Slower = TimeSpan.FromMilliseconds(50),
        },
        CancellationToken.None);
}
