using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Client;

/// <summary>Ranges through the client library.</summary>
[TestClass]
public sealed class RangeTests(TestContext test)
{
    [TestMethod]
    public async Task Scan_OverManyPages_TellsEveryKeyOnceThoughReplicasFail()
    {
        var client = new ClientUnderTest();
        for (int n = 0; n < 7; n++)
        {
            client.Cluster.Put($"k{n}", [(byte)n]);
        }

        client.Cluster.Put("other", []);
        client.Cluster.Befall(client.Client.CurrentReplica, Mishap.Refused, Mishap.NoQuorum);

        IReadOnlyList<RangeKey> told = await client.EndAsync<IReadOnlyList<RangeKey>>(async () =>
        {
            var keys = new List<RangeKey>();
            await foreach (RangeKey key in client.Client.ScanAsync("k", from: "k1", until: "k6", cancel: test.CancellationToken))
            {
                keys.Add(key);
            }

            return keys;
        });

        Assert.AreEqual("k1 k2 k3 k4 k5", string.Join(' ', told.Select(key => key.Key)));
        Assert.AreSequenceEqual(new byte[] { 5 }, told[^1].Value!);
    }

    [TestMethod]
    [DataRow("", "", "", 1024, "until")]
    [DataRow("", "", null, 0, "keysMax")]
    [DataRow("", "", null, 1025, "keysMax")]
    [DataRow("\u0001", "", null, 1, "prefix")]
    [DataRow("", "\u0001", null, 1, "from")]
    [DataRow("", "", "\u0001", 1, "until")]
    public async Task Range_NotAsTheStoreTakesIt_RefusedBeforeAnythingIsSent(string prefix, string from, string? until, int keysMax, string field)
    {
        var client = new ClientUnderTest();

        var thrown = await Assert.ThrowsExactlyAsync<InvalidRequestException>(
            () => client.Client.RangeAsync(prefix, from, until, keysMax, cancel: test.CancellationToken));

        Assert.AreEqual(field, thrown.Field);
        Assert.IsEmpty(client.Cluster.Calls);
    }
}
