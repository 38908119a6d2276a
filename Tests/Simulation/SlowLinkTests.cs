using PaxosWcf.Consensus;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Simulator;

namespace PaxosWcf.Tests.Simulation;

/// <summary>Links on which what is large takes long, and a call lasts until its answer is there.</summary>
[TestClass]
public sealed class SlowLinkTests
{
    private const int ValueBytes = 10 * 1024;
    private const int Values = 32;
    private const int PageTicks = 7;

    /// <summary>A page of a report takes longer than until its Prepare is sent again: were that asked twice, each page would come twice, one behind the other, and the campaign be over before.</summary>
    [TestMethod]
    [DataRow(1), DataRow(2), DataRow(3)]
    public void Campaign_EachPageOfAReportTakesLongerThanTheRetransmission_Leads(int seed)
    {
        var cluster = new SimulatedCluster(seed, replicas: 5, new ClusterOptions
        {
            MergesMessages = true,
            AnswersEndCalls = true,
            Consensus = new ConsensusOptions { MessageBytesMax = 2 * ValueBytes, ReportBytesMax = 2 * ValueBytes, BatchBytesMax = ValueBytes, BatchCommandsMax = 1, PartialSlotsMax = Values },
        });
        cluster.RunUntil(() => cluster.Leader is { } leader && cluster.Replicas.All(replica => replica.Driver?.Replica.Leader == leader.Id), 200, "a replica leads");
        var old = cluster.Leader!;
        foreach (var other in cluster.Replicas.Where(replica => replica != old))
        {
            cluster.Network.CutOneWay(other.Id, old.Id);
        }

        for (var number = 1; number <= Values; number++)
        {
            cluster.Begin(new Put(null, $"k{number}", new byte[ValueBytes - 100]), $"k{number}", old, retries: false, pinned: true);
        }

        cluster.RunTicks(12);
        old.Crash();
        cluster.Network.Mend();
        cluster.Network.KibTimes = cluster.Replicas.ToDictionary(replica => replica.Id, _ => PageTicks * VirtualTime.Tick * 1024 / (2 * ValueBytes));

        cluster.RunUntil(() => cluster.Leader is { } leader && leader != old, 1000, "another replica leads");
    }
}
