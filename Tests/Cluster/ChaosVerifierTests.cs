using System.Globalization;
using System.Text;
using PaxosWcf.ClientApp;

namespace PaxosWcf.Tests.Cluster;

/// <summary>Five real processes: what was acknowledged a moment ago is found at each of them, and what was not is said to be lost.</summary>
[TestClass]
[DoNotParallelize]
[TestCategory("Cluster")]
public sealed class ChaosVerifierTests(TestContext test)
{
    // Without a word from the leader first, two rounds of five met a replica that had not heard of its write yet.
    private const int Rounds = 40;

    [TestMethod]
    [Timeout(240_000, CooperativeCancellation = true)]
    public async Task Verify_RightAfterAWrite_FindsItAtEachReplica_AndNoOther()
    {
        await using RunningCluster running = await RunningCluster.StartAsync(test.CancellationToken);
        StoreConnection connection = running.Connection;
        var verifier = new ChaosVerifier(connection, TimeProvider.System);
        var ledger = new WriteLedger();
        for (int round = 0; round < Rounds; round++)
        {
            string value = round.ToString(CultureInfo.InvariantCulture);
            int replica = connection.Replicas[round % connection.Replicas.Count];
            await connection.At(replica).PutAsync("k", Encoding.UTF8.GetBytes(value), test.CancellationToken);
            ledger.Acknowledge("k", value);
            ChaosFindings findings = await verifier.VerifyAsync(ledger, test.CancellationToken);
            Assert.AreEqual(DigestVerdict.Same, findings.Digests.Verdict, findings.Digests.Sentence);
            Assert.IsEmpty(findings.Lost, string.Join('\n', findings.Lost));
        }

        ledger.Acknowledge("another", "1");
        ChaosFindings lost = await verifier.VerifyAsync(ledger, test.CancellationToken);
        Assert.HasCount(connection.Replicas.Count, lost.Lost);
        Assert.Contains("another holds nothing instead of \"1\"", lost.Lost[0]);
    }
}
