using PaxosWcf.Consensus;
using PaxosWcf.Replication;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Tests.Replication;

/// <summary>The ballot of a campaign has a record of its own: the acceptor's promise cannot stand in for it, for the acceptor
/// may be down while its proposer campaigns.</summary>
[TestClass]
public sealed class CampaignRecoveryTests
{
    private static readonly ReplicaId R1 = new(1);

    [TestMethod]
    public void Campaign_OnDiskWithoutAPromise_BallotIsNotUsedAgain()
    {
        var store = new MemoryStore();
        var writes = new WriteSet();
        ReplicaLog.Write(new PersistCampaign(new Ballot(9, R1)), writes);
        store.Write(writes, durable: true);

        var driver = new ReplicaDriver(R1, PaxosWcf.Consensus.Configuration.First(new Quorum([R1])), new ConsensusOptions(), store, new Random(1), new Silence());
        for (var tick = 0; tick < 100 && driver.Replica.Leading is null; tick++)
        {
            driver.Run([TickPassed.Instance]);
        }

        Assert.AreEqual(new Ballot(10, R1), driver.Replica.Leading?.Ballot);
    }

    private sealed class Silence : IReplicaOutput
    {
        public void Send(Envelope envelope) => Assert.Fail($"a cluster of one talks to nobody: {envelope}");

        public void OnFlushing()
        {
        }

        public void OnNote(Note note)
        {
            // Nobody listens.
        }

        public void OnApplied(Slot slot, Value value)
        {
            // Nobody listens.
        }

        public void OnInstalled(Slot through) => Assert.Fail($"a cluster of one has nobody to fetch slot {through} from");
    }
}
