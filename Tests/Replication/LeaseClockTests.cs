using PaxosWcf.Consensus;
using PaxosWcf.Replication;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Tests.Replication;

/// <summary>When a replica says that a lease is over: by its ticks of 50 ms, and only where it leads.</summary>
[TestClass]
public sealed class LeaseClockTests
{
    // A second, and the tick that had begun before.
    private const int Life = 21;

    [TestMethod]
    public void Lease_NotRenewed_EndsAfterItsTimeAndNotBefore()
    {
        var bench = Leading();
        var lease = Grant(bench);
        bench.Submit(new Batch(null, [new BatchWrite("k", "v"u8.ToArray()) { Lease = lease }]));

        bench.Ticks(Life);
        Assert.IsNotNull(bench.Driver.Machine.FindLease(lease));
        Assert.IsNotNull(bench.Driver.Machine.Find("k"));
        bench.Ticks(1);

        Assert.IsNull(bench.Driver.Machine.FindLease(lease));
        Assert.IsNull(bench.Driver.Machine.Find("k"));
    }

    [TestMethod]
    public void Lease_RenewedAgainAndAgain_Lives()
    {
        var bench = Leading();
        var lease = Grant(bench);
        for (var times = 0; times < 10; times++)
        {
            bench.Ticks(Life - 1);
            bench.Submit(new KeepLease(lease));
        }

        Assert.IsNotNull(bench.Driver.Machine.FindLease(lease));
        bench.Ticks(Life + 1);
        Assert.IsNull(bench.Driver.Machine.FindLease(lease));
    }

    /// <summary>What was on disk counts as renewed when it is loaded: nobody could renew meanwhile.</summary>
    [TestMethod]
    public void Lease_OfBeforeARestart_HasItsWholeTimeFromTheFirstTickOfTheLeaderOn()
    {
        var bench = Leading();
        var lease = Grant(bench);
        bench.Ticks(Life - 1);
        bench.Driver.Stop();
        bench.Restart(keepUnflushed: 1);
        bench.UntilItLeads();

        bench.Ticks(Life - 1);
        Assert.IsNotNull(bench.Driver.Machine.FindLease(lease));
        bench.Ticks(3);
        Assert.IsNull(bench.Driver.Machine.FindLease(lease));
    }

    [TestMethod]
    public void Follower_ProposesNothing()
    {
        var bench = new DriverBench(replicas: 3);
        var ballot = new Ballot(5, new ReplicaId(2));
        var grant = Command.Create(new CommandId(new ReplicaId(2), 1, 1), 0, new GrantLease(null, 1, 1).Encode());
        bench.Arrives(new Accept(ballot, [new Proposal(new Slot(1), Value.Of([grant]))], Slot.None));
        bench.Arrives(new Learn(ballot, new Slot(1)));
        Assert.HasCount(1, bench.Driver.Machine.ReadLeases("", 10));

        for (var ticks = 0; ticks < 3 * Life; ticks += 2)
        {
            bench.Arrives(new Heartbeat(ballot, Leading: true, ticks, new Slot(1)));
            bench.Ticks(2);
        }

        Assert.HasCount(1, bench.Driver.Machine.ReadLeases("", 10));
        Assert.DoesNotContain(line => line.Contains("Propose", StringComparison.Ordinal), bench.Seen);
    }

    /// <summary>One proposal at a time, and all in the end.</summary>
    [TestMethod]
    public void Leases_ThatEndAtOnce_AreProposedSomeEachTick()
    {
        var bench = Leading();
        for (var leases = 0; leases < LeaseClock.EndsPerTickMax + 10; leases++)
        {
            Grant(bench);
        }

        bench.Ticks(Life + 1);
        Assert.HasCount(10, bench.Driver.Machine.ReadLeases("", 100));
        bench.Ticks(1);
        Assert.IsEmpty(bench.Driver.Machine.ReadLeases("", 100));
    }

    [TestMethod]
    public void Proposal_ThatIsNotChosenYet_IsNotMadeAgain()
    {
        using var store = new PaxosWcf.Replication.Storage.MemoryStore();
        var machine = new KeyValueStateMachine(store);
        machine.Apply(new Slot(1), Value.Of([Command.Create(new CommandId(new(1), 1, 1), 0, new GrantLease(null, 1, 1).Encode())]), []);
        var clock = new LeaseClock(machine, tickMilliseconds: 50);
        var proposed = new List<ExpireLease>();
        for (var ticks = 0; ticks < 10 * Life; ticks++)
        {
            clock.Tick(leads: true, over =>
            {
                proposed.Add(over);
                return proposed.Count == 1 ? null : new CommandId(new(1), 1, 100);
            });
        }

        Assert.AreSequenceEqual(
            Enumerable.Repeat(new ExpireLease("1-0-0000000000000001", 0), 2), proposed, "the first could not be taken, and the second is under way");
    }

    [TestMethod]
    [DataRow(30, 35)]
    [DataRow(1000, 2)]
    [DataRow(5, 201)]
    public void Time_IsCountedInTicksOfAnyLength(int tickMilliseconds, int ticks)
    {
        using var store = new PaxosWcf.Replication.Storage.MemoryStore();
        var machine = new KeyValueStateMachine(store);
        machine.Apply(new Slot(1), Value.Of([Command.Create(new CommandId(new(1), 1, 1), 0, new GrantLease(null, 1, 1).Encode())]), []);
        var clock = new LeaseClock(machine, tickMilliseconds);
        var proposed = 0;
        for (var tick = 0; tick <= ticks; tick++)
        {
            Assert.AreEqual(0, proposed);
            clock.Tick(leads: true, _ =>
            {
                proposed++;
                return null;
            });
        }

        Assert.AreEqual(1, proposed);
    }

    private static DriverBench Leading()
    {
        var bench = new DriverBench();
        bench.UntilItLeads();
        return bench;
    }

    private static string Grant(DriverBench bench)
    {
        var before = bench.Driver.Machine.ReadLeases("", int.MaxValue).Select(lease => lease.Name).ToHashSet();
        bench.Submit(new GrantLease(null, 1, 1));
        return bench.Driver.Machine.ReadLeases("", int.MaxValue).Select(lease => lease.Name).Single(name => !before.Contains(name));
    }
}
