using PaxosWcf.Consensus;
using PaxosWcf.Contracts;
using PaxosWcf.Simulator;

namespace PaxosWcf.Tests.Simulation;

/// <summary>What the simulator would say to leases that end too early, or not at all.</summary>
[TestClass]
public sealed class LeaseLedgerTests
{
    private const string Lease = "1-0-0000000000000001";
    private const long Second = 20 * 1000;

    private static readonly UserOperation Call = new("call", Slot.None);

    private readonly List<string> _failures = [];
    private readonly LeaseLedger _ledger;
    private long _now;

    public LeaseLedgerTests() => _ledger = new LeaseLedger(() => _now, _failures.Add);

    [TestMethod]
    [DataRow(2 * Second, "")]
    [DataRow((2 * Second) - 1, "has expired at 39999, though its holder may count on it from 0 on")]
    public void Lease_ExpiredBeforeItsTime_Fails(long at, string failure)
    {
        _ledger.OnLives(Lease, seconds: 2, new Slot(1), revision: 0);
        _ledger.OnHeld(Call, Reply(slot: 1), asked: 0);
        _now = at;

        _ledger.OnEnded(Lease, keys: 3, isExpired: true);

        AssertFailure(failure);
        Assert.AreEqual((1, 3, 0), (_ledger.Expired, _ledger.KeysGone, _ledger.Living));
    }

    /// <summary>The answer to the last renewal may come after the end.</summary>
    [TestMethod]
    public void Holder_ToldOfARenewalAfterTheEnd_Fails()
    {
        _ledger.OnLives(Lease, seconds: 2, new Slot(1), revision: 0);
        _ledger.OnLives(Lease, seconds: 2, new Slot(2), revision: 0);
        _now = 2 * Second;
        _ledger.OnEnded(Lease, keys: 0, isExpired: true);
        Assert.IsEmpty(_failures);

        _ledger.OnHeld(Call, Reply(slot: 2), asked: 1);

        AssertFailure("has expired at 40000");
    }

    [TestMethod]
    public void Lease_Revoked_MayEndAtAnyTime()
    {
        _ledger.OnLives(Lease, seconds: 2, new Slot(1), revision: 0);
        _ledger.OnHeld(Call, Reply(slot: 1), asked: 0);

        _ledger.OnEnded(Lease, keys: 0, isExpired: false);

        AssertFailure("");
        Assert.AreEqual((0, 0), (_ledger.Expired, _ledger.Living));
    }

    [TestMethod]
    public void Holder_ToldOfAGrantThatNeverWas_Fails()
    {
        _ledger.OnLives(Lease, seconds: 2, new Slot(1), revision: 0);

        _ledger.OnHeld(Call, Reply(slot: 2), asked: 0);

        AssertFailure("neither granted nor renewed");
    }

    /// <summary>It was renewed there, but that was over and answered before this call began.</summary>
    [TestMethod]
    [DataRow(2, "though slot 2 was answered before it asked")]
    [DataRow(1, "")]
    public void Holder_ToldOfAnEarlierRenewal_Fails(long answeredBefore, string failure)
    {
        _ledger.OnLives(Lease, seconds: 2, new Slot(1), revision: 0);
        _ledger.OnLives(Lease, seconds: 2, new Slot(2), revision: 0);

        _ledger.OnHeld(new UserOperation("renew", new Slot(answeredBefore)), Reply(slot: 2), asked: 0);

        AssertFailure(failure);
    }

    [TestMethod]
    public void Holder_ToldThatALivingLeaseIsOver_Fails()
    {
        _ledger.OnLives(Lease, seconds: 2, new Slot(1), revision: 0);

        _ledger.OnNotFound(Call, Lease);

        AssertFailure("though it lives");
    }

    [TestMethod]
    public void FastestClock_RunsAsFastAsTheFastestDid()
    {
        var clock = new FastestClock(() => _now);
        clock.Set(new ReplicaId(1), 0);
        clock.Set(new ReplicaId(2), 100);
        _now = 1000;
        Assert.AreEqual(1000, clock.Now);

        clock.Set(new ReplicaId(2), -50);
        _now = 2000;
        Assert.AreEqual(3000, clock.Now);
        clock.Set(new ReplicaId(2), 100);
        _now = 3000;
        Assert.AreEqual(4000, clock.Now);
    }

    private static LeaseReply Reply(long slot) => new() { LeaseId = Lease, TimeToLiveSeconds = 2, Slot = slot };

    private void AssertFailure(string expected)
    {
        if (expected.Length == 0)
        {
            Assert.IsEmpty(_failures);
        }
        else
        {
            Assert.Contains(expected, _failures.Single());
        }
    }
}
