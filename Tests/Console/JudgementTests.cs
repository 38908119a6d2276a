using PaxosWcf.ClientApp;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Console;

/// <summary>How check and chaos judge what they see.</summary>
[TestClass]
public sealed class JudgementTests
{
    [TestMethod]
    [DataRow("5/a 5/a 5/a", DigestVerdict.Same)]
    [DataRow("5/a 5/b 5/a", DigestVerdict.Different)]
    [DataRow("5/a 6/b 5/a", DigestVerdict.NeverMet)]
    [DataRow("5/a 6/b 6/c", DigestVerdict.Different)]
    public void Digests_Compared_AtTheSameSlotOnly(string seen, object verdict)
    {
        StateDigest[] digests = [.. seen.Split(' ').Select((d, i) => new StateDigest
        {
            ReplicaId = i + 1,
            AppliedThrough = d[0] - '0',
            Revision = 1,
            Keys = 1,
            Hash = d[2..],
        })];

        Assert.AreEqual((DigestVerdict)verdict, DigestComparison.Of(digests).Verdict);
    }

    [TestMethod]
    public async Task Check_ReplicasGone_AllAreNamed()
    {
        using var console = new ConsoleUnderTest();
        console.Cluster.Befall(3, [.. Enumerable.Repeat(PaxosWcf.Tests.Client.Mishap.Refused, 1000)]);
        console.Cluster.Befall(5, [.. Enumerable.Repeat(PaxosWcf.Tests.Client.Mishap.Refused, 1000)]);

        Assert.AreEqual(3, await console.RunAsync("check", "--timeout", "50ms"));

        Assert.AreEqual(
            "Replica 3 cannot be reached (Connection refused). Replica 5 cannot be reached (Connection refused). "
            + "The 3 that answered hold the same contents.\n",
            console.Error);
        Assert.HasCount(1 + 3, console.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries), "the table");
    }

    [TestMethod]
    public void Ledger_AcknowledgedWrite_MustBeThere()
    {
        var ledger = new WriteLedger();
        ledger.Acknowledge("k", "1");
        ledger.Acknowledge("k", "2");

        Expectation expected = Assert.ContainsSingle(ledger.Keys).Value;

        Assert.IsTrue(expected.Allows("2"));
        Assert.IsFalse(expected.Allows("1"), "overwritten");
        Assert.IsFalse(expected.Allows(null), "lost");
    }

    [TestMethod]
    public void Ledger_DoubtfulWrite_MayOrMayNotBeThere()
    {
        var ledger = new WriteLedger();
        ledger.Acknowledge("k", "1");
        ledger.Doubt("k", "2");

        Expectation expected = Assert.ContainsSingle(ledger.Keys).Value;

        Assert.IsTrue(expected.Allows("1"));
        Assert.IsTrue(expected.Allows("2"));
        Assert.IsFalse(expected.Allows(null), "the acknowledged one is lost");
    }
}
