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
        Assert.IsNotNull(bench.Driver.Machine.ReadLease(lease));
        Assert.IsNotNull(bench.Driver.Machine.Find("k"));
        bench.Ticks(1);

        Assert.IsNull(bench.Driver.Machine.ReadLease(lease));
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

        Assert.IsNotNull(bench.Driver.Machine.ReadLease(lease));
        bench.Ticks(Life + 1);
        Assert.IsNull(bench.Driver.Machine.ReadLease(lease));
    }

    /// <summary>What was on disk counts as renewed when it is loaded; who begins to lead later than that need not wait anew.</summary>
    [TestMethod]
    public void Lease_OfBeforeARestart_HasItsWholeTimeFromThereOn()
    {
        var bench = Leading();
        var lease = Grant(bench);
        bench.Ticks(Life - 1);
        bench.Driver.Stop();
        bench.Restart(keepUnflushed: 1);

        bench.Ticks(Life - 1);
        Assert.IsNotNull(bench.Driver.Machine.ReadLease(lease));
        bench.UntilItLeads();
        bench.Ticks(Life + 1);
        Assert.IsNull(bench.Driver.Machine.ReadLease(lease));
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

    [TestMethod]
    public void Leases_ThatEndAtOnce_GoSomeEachTick()
    {
        var bench = Leading();
        for (var leases = 0; leases < LeaseClock.KeysPerTickMax + 10; leases++)
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
        var clock = OverOneLease(50);
        var id = new CommandId(new(1), 1, 100);
        var proposed = new List<ExpireLease>();
        for (var ticks = 0; ticks < 10 * Life; ticks++)
        {
            clock.Tick(leads: true, one => one == id && ticks < 9 * Life, over =>
            {
                proposed.Add(over);
                return proposed.Count == 1 ? null : id;
            });
        }

        Assert.AreSequenceEqual(
            Enumerable.Repeat(new ExpireLease("1-0-0000000000000001", 0), 3), proposed,
            "the first could not be taken, the second was under way until nine times its life were over, and came to nothing");
    }

    /// <summary>A lease of a day that is revoked after a moment leaves nothing behind until then.</summary>
    [TestMethod]
    public void Lease_ThatEndedLongBeforeItsTime_IsForgotten()
    {
        using var store = new PaxosWcf.Replication.Storage.MemoryStore();
        var machine = new KeyValueStateMachine(store);
        var clock = new LeaseClock(machine, tickMilliseconds: 50);
        var number = 0L;
        for (var leases = 0; leases < 5000; leases++)
        {
            var slot = machine.Numbers.AppliedThrough.Next.Number;
            Apply(new GrantLease(null, 1, StateMachineLimits.LeaseSecondsMax));
            clock.Tick(leads: true, _ => false, _ => null);
            Apply(new RevokeLease(null, $"{slot:x}-0-0000000000000001"));
            clock.Tick(leads: true, _ => false, _ => null);
        }

        Assert.AreEqual(0, clock.Size.Leases);
        Assert.IsLessThan(2000, clock.Size.Looks);

        void Apply(KeyValueCommand command)
        {
            var answers = new List<AppliedCommand>();
            machine.Apply(machine.Numbers.AppliedThrough.Next, Value.Of([Command.Create(new CommandId(new(1), 1, ++number), number - 1, command.Encode())]), answers);
            Assert.IsNotInstanceOfType<LeaseRefused>(answers.Single().Answer);
        }
    }

    [TestMethod]
    [DataRow(30, 35)]
    [DataRow(1000, 2)]
    [DataRow(5, 201)]
    public void Time_IsCountedInTicksOfAnyLength(int tickMilliseconds, int ticks)
    {
        var clock = OverOneLease(tickMilliseconds);
        var proposed = 0;
        for (var tick = 0; tick <= ticks; tick++)
        {
            Assert.AreEqual(0, proposed);
            clock.Tick(leads: true, _ => false, _ =>
            {
                proposed++;
                return null;
            });
        }

        Assert.AreEqual(1, proposed);
    }

    private static LeaseClock OverOneLease(int tickMilliseconds)
    {
        var machine = new KeyValueStateMachine(new PaxosWcf.Replication.Storage.MemoryStore());
        machine.Apply(new Slot(1), Value.Of([Command.Create(new CommandId(new(1), 1, 1), 0, new GrantLease(null, 1, 1).Encode())]), []);
        return new LeaseClock(machine, tickMilliseconds);
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
