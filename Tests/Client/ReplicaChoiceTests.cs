using PaxosWcf.Client;

namespace PaxosWcf.Tests.Client;

[TestClass]
public sealed class ReplicaChoiceTests
{
    // The ported program picked with random.nextInt(4): the fifth replica was never contacted.
    [TestMethod]
    public void Client_ManyStarts_EveryReplicaIsPickedFirst()
    {
        int[] picked = [.. Enumerable.Range(0, 200)
            .Select(seed => new ClientUnderTest(seed: seed).Client.CurrentReplica).Distinct().Order()];

        Assert.AreSequenceEqual(FakeCluster.Addresses.Keys, picked);
    }

    [TestMethod]
    public async Task Client_EveryReplicaFailsOnce_AllFiveAreAsked()
    {
        var test = new ClientUnderTest();
        test.Cluster.BefallNext([.. Enumerable.Repeat(Mishap.Refused, 4)]);

        await test.GetAsync("k");

        int[] asked = [.. test.Cluster.Calls.Select(c => c.Replica).Order()];
        Assert.AreSequenceEqual(FakeCluster.Addresses.Keys, asked);
    }

    [TestMethod]
    public async Task Client_NothingFails_StaysWithItsReplica()
    {
        var test = new ClientUnderTest();

        for (int i = 0; i < 20; i++)
        {
            await test.GetAsync("k");
        }

        Assert.HasCount(1, test.Cluster.Calls.Select(c => c.Replica).Distinct());
    }

    [TestMethod]
    public void Rotation_ManyCallsFailAtOneReplica_MovesOnOnce()
    {
        var rotation = new ReplicaRotation(FakeCluster.Addresses, null, new Random(1));
        ReplicaPlace failed = rotation.Current;

        ReplicaPlace next = rotation.MoveOnFrom(failed);

        Assert.AreNotEqual(failed, next);
        Assert.AreEqual(next, rotation.MoveOnFrom(failed));
    }
}
