using PaxosWcf.Consensus;
using PaxosWcf.Replication;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Tests.Replication;

/// <summary>The driver carries effects out in the order that safety asks for.</summary>
[TestClass]
public sealed class ReplicaDriverTests
{
    private static readonly ReplicaId R1 = new(1);
    private static readonly ReplicaId R2 = new(2);
    private static readonly Value Seven = Value.Of([Command.Create(new CommandId(R2, 1, 1), 0, new Put(null, "k", new byte[] { 7 }).Encode())]);

    /// <summary>A crash between two writes could leave a promise under a configuration that the disk has not learned: it would refuse every
    /// ballot of the one that it knows, its own among them.</summary>
    [TestMethod]
    public void Promise_UnderAConfigurationOfTheSameBatch_IsOnDiskInOneWriteWithIt()
    {
        var bench = new DriverBench(replicas: 3);
        var first = PaxosWcf.Consensus.Configuration.First(new Quorum([new ReplicaId(1), new ReplicaId(2), new ReplicaId(3)]));
        var stop = Command.Create(new CommandId(new ReplicaId(2), 1, 1), 0, new Remove(new ReplicaId(3)).ApplyTo(first, out _)!.Encode());
        var ballot = new Ballot(3, new ReplicaId(2)) { Configuration = 1 };
        bench.Seen.Clear();
        bench.Run(Arrives(new CatchUpReply(new Slot(1), [Value.Of([stop])], new Slot(1))), Arrives(new Prepare(ballot, new Slot(2))));
        Assert.AreEqual(ballot, bench.Driver.Replica.Promised);
        Assert.HasCount(1, bench.Seen.Where(line => line.StartsWith("flush", StringComparison.Ordinal)).ToList());
        Assert.IsEmpty(bench.Seen.Where(line => line.StartsWith("write", StringComparison.Ordinal)).ToList());
        Assert.IsLessThan(bench.Seen.FindIndex(line => line.Contains("Promise", StringComparison.Ordinal)), bench.Seen.FindIndex(line => line.StartsWith("flush", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Promise_Leaves_AfterTheFlush()
    {
        var bench = new DriverBench(replicas: 5);
        bench.Seen.Clear();
        bench.Run(Arrives(new Prepare(new Ballot(3, R2), new Slot(1))));
        Assert.AreSequenceEqual(["flush 1", "R1→R2 Promise 3.2 learned 0 []"], bench.Seen);
    }

    [TestMethod]
    public void Accepted_Leaves_AfterOneFlushOfAWholeBatch()
    {
        var bench = new DriverBench(replicas: 5);
        bench.Seen.Clear();
        bench.Run(Arrives(AcceptOf(1)), Arrives(AcceptOf(2)), Arrives(AcceptOf(3)));
        Assert.AreSequenceEqual(
            ["flush 4", "R1→R2 Accepted 3.2 [1]", "R1→R2 Accepted 3.2 [2]", "R1→R2 Accepted 3.2 [3]"], bench.Seen);
    }

    /// <summary>As compaction does, or a read of another thread's: who writes nothing would lead on with a disk that is none.</summary>
    [TestMethod]
    public void Disk_FailsInTheBackground_NextTickStopsTheReplica_ThoughItWritesNothing()
    {
        var bench = DriverBench.Leader(out _);
        bench.Ticks(3);
        bench.Seen.Clear();
        bench.FailedInTheBackground = new StoreFailedException("compaction failed");
        var failed = Assert.ThrowsExactly<StoreFailedException>(() => bench.Ticks(1));
        Assert.AreSame(bench.FailedInTheBackground, failed);
        Assert.IsEmpty(bench.Seen);
    }

    /// <summary>A slot that failed within is never through: nobody waits for its end.</summary>
    [TestMethod]
    public void Reader_AfterTheReplicaStoppedWithinASlot_IsToldSo()
    {
        var bench = new DriverBench();
        bench.Ticks(40);
        Assert.IsNotNull(bench.Driver.Replica.Leading);

        Assert.ThrowsExactly<NewerCommandException>(() => bench.Run(new CommandSubmitted(new byte[] { 1, 17 }, new DriverBench.Caller([]))));

        Assert.ThrowsExactly<StoreFailedException>(() => bench.Driver.Machine.ReadRange(new KeyRange("", "", null), 10, 1000));
        Assert.ThrowsExactly<StoreFailedException>(() => bench.Driver.Machine.ReadLease("l"));
    }

    [TestMethod]
    public void Disk_FailsOnFlush_NothingIsSaidThatItShouldHold()
    {
        var bench = new DriverBench(replicas: 5);
        bench.Seen.Clear();
        bench.Store.FailNextDurableWrite();
        Assert.ThrowsExactly<StoreFailedException>(() => bench.Run(Arrives(AcceptOf(1))));
        Assert.IsEmpty(bench.Seen);
    }

    /// <summary>The leader asks the others before its own disk has anything; its own vote waits for the disk.</summary>
    [TestMethod]
    public void Leader_Accept_LeavesBeforeItsOwnFlush()
    {
        var bench = DriverBench.Leader(out var ballot);
        bench.Seen.Clear();
        bench.Submit(new Put(null, "k", new byte[] { 1 }));
        Assert.AreSequenceEqual([$"R1→R2 Accept {ballot} [1] chosen 0", "flush 3"], bench.Seen, "what it remembers of the two that promised goes with it");
    }

    /// <summary>Its own acceptor is a voter like the others: one other vote makes the majority of three, and no vote of its
    /// own counts before its flush.</summary>
    [TestMethod]
    public void Leader_OneOtherAccepts_ChosenWithItsOwnVote()
    {
        var bench = DriverBench.Leader(out var ballot);
        var caller = bench.Submit(new Put(null, "k", new byte[] { 1 }));
        Assert.IsNull(caller.Answer);
        bench.Seen.Clear();
        bench.Run(Arrives(new Accepted(ballot, [new Slot(1)])));
        Assert.AreSequenceEqual(["applied 1", "answered"], bench.Seen);
        Assert.AreEqual(new PutDone(new Slot(1), 1, Replaced: false), caller.Answer);
    }

    /// <summary>Where the disk is slow, whoever waits for what is chosen need not wait until what comes after it is accepted.</summary>
    [TestMethod]
    public void Chosen_WithAnAcceptOfWhatFollows_OnASlowDisk_IsAnsweredBeforeTheFlush()
    {
        var bench = new DriverBench(replicas: 3);
        bench.Run(Arrives(AcceptOf(1)));
        bench.FlushesSlowly = true;
        bench.Seen.Clear();

        bench.Run(Arrives(AcceptOf(2, chosenThrough: 1)));

        Assert.AreSequenceEqual(["applied 1", "before the flush", "flush 1", "R1→R2 Accepted 3.2 [2]"], bench.Seen);
    }

    [TestMethod]
    public void Chosen_WithAnAcceptOfWhatFollows_OnAFastDisk_WaitsForTheFlush()
    {
        var bench = new DriverBench(replicas: 3);
        bench.Run(Arrives(AcceptOf(1)));
        bench.Seen.Clear();

        bench.Run(Arrives(AcceptOf(2, chosenThrough: 1)));

        Assert.AreSequenceEqual(["flush 1", "R1→R2 Accepted 3.2 [2]", "applied 1"], bench.Seen);
    }

    /// <summary>A state that is further than the log behind it would be what a crash leaves.</summary>
    [TestMethod]
    public void Chosen_AsSoonAsAccepted_OnASlowDisk_WaitsForTheFlush()
    {
        var bench = new DriverBench(replicas: 3);
        bench.Run(Arrives(AcceptOf(1)));
        bench.FlushesSlowly = true;
        bench.Seen.Clear();

        bench.Run(Arrives(AcceptOf(2)), Arrives(AcceptOf(3, chosenThrough: 2)));

        Assert.AreSequenceEqual(
            ["before the flush", "flush 2", "R1→R2 Accepted 3.2 [2]", "R1→R2 Accepted 3.2 [3]", "applied 1", "applied 2"], bench.Seen);
    }

    [TestMethod]
    public void Chosen_WithAPromise_OnASlowDisk_WaitsForTheFlush()
    {
        var bench = new DriverBench(replicas: 3);
        bench.Run(Arrives(AcceptOf(1)));
        bench.FlushesSlowly = true;
        bench.Seen.Clear();

        bench.Run(Arrives(new Learn(new Ballot(3, R2), new Slot(1))), Arrives(new Prepare(new Ballot(4, R2), new Slot(2))));

        Assert.AreEqual("before the flush", bench.Seen[0]);
        Assert.AreEqual("applied 1", bench.Seen[^1]);
    }

    /// <summary>While there is load every heartbeat tells something new of the members: a slow disk would have nothing else to do.</summary>
    [TestMethod]
    public void Heartbeat_WithNewsOfAMember_IsFlushedWithWhatIsAcceptedNext()
    {
        var bench = new DriverBench(replicas: 3);
        bench.Seen.Clear();

        bench.Run(Arrives(HeartbeatWithNews()));
        Assert.IsEmpty(bench.Seen.Where(IsFlush));
        Assert.IsNull(ReplicaLog.FindRemembered(bench.Store, R2));

        bench.Run(Arrives(AcceptOf(1)));
        Assert.AreSequenceEqual(["flush 3"], [.. bench.Seen.Where(IsFlush)]);
        Assert.AreEqual(new Slot(7), ReplicaLog.FindRemembered(bench.Store, R2)!.HeldThrough);
    }

    [TestMethod]
    public void Heartbeat_WithNewsOfAMember_IsFlushedAloneWithinASecond()
    {
        var bench = new DriverBench(replicas: 3);
        bench.Run(Arrives(HeartbeatWithNews()));
        bench.Seen.Clear();

        bench.Ticks(19);
        Assert.IsEmpty(bench.Seen.Where(IsFlush));
        bench.Ticks(1);
        Assert.AreSequenceEqual(["flush 1"], [.. bench.Seen.Where(IsFlush)]);
        Assert.AreEqual(new Slot(7), ReplicaLog.FindRemembered(bench.Store, R2)!.HeldThrough);
        bench.Ticks(5);
        Assert.HasCount(1, bench.Seen.Where(IsFlush));
    }

    private static Heartbeat HeartbeatWithNews() => new(new Ballot(3, R2), Leading: true, Round: 9, Slot.None)
    {
        Roll = [new Remembered(R2, Incarnation.First, 5, 6, new Ballot(3, R2), new Slot(7))],
    };

    private static bool IsFlush(string line) => line.StartsWith("flush", StringComparison.Ordinal);

    /// <summary>What is applied is durable at a quorum as part of the log, so it goes to the store with the next tick.</summary>
    [TestMethod]
    public void Applied_GoesToTheStoreWithATickOrAtAStop()
    {
        var bench = new DriverBench();
        bench.UntilItLeads();
        bench.Submit(new Put(null, "k", new byte[] { 1 }));
        bench.Seen.Clear();
        bench.Ticks(1);
        Assert.AreSequenceEqual(["write 5"], bench.Seen);
        bench.Ticks(1);
        bench.Driver.Stop();
        Assert.HasCount(1, bench.Seen, "there is nothing more to write");
        bench.Submit(new Put(null, "k", new byte[] { 2 }));
        bench.Driver.Stop();
        bench.Restart(keepUnflushed: bench.Store.UnflushedSets);
        Assert.AreEqual(new StateNumbers(new Slot(2), 2, 1), bench.Driver.Machine.Numbers);
    }

    /// <summary>A value that the log lacks is written with the state that it makes, at once: catch-up answers from the log.</summary>
    [TestMethod]
    public void Applied_ValueThatTheLogLacks_IsWrittenAtOnce()
    {
        var bench = new DriverBench(replicas: 3);
        bench.Seen.Clear();
        bench.Run(Arrives(new CatchUpReply(new Slot(1), [Seven], new Slot(1))));
        Assert.AreSequenceEqual(["write 6", "applied 1"], bench.Seen);
    }

    /// <summary>Callers are answered before others' commands go out, and what they bring then goes with these.</summary>
    [TestMethod]
    public void Answered_OthersWait_GoOutWithTheNextBatch()
    {
        var bench = DriverBench.Leader(out var ballot);
        bench.Submit(new Put(null, "a", new byte[] { 1 }));
        bench.Submit(new Put(null, "b", new byte[] { 1 }));
        bench.Seen.Clear();
        bench.Run(Arrives(new Accepted(ballot, [new Slot(1)])));
        Assert.AreSequenceEqual(["applied 1", "answered"], bench.Seen);
        Assert.IsTrue(bench.Driver.WaitsForCallers);

        var b = bench.Submit(new Put(null, "c", new byte[] { 1 }));
        Assert.IsFalse(bench.Driver.WaitsForCallers);
        bench.Run(Arrives(new Accepted(ballot, [new Slot(2)])));
        Assert.IsNotNull(b.Answer, "it shares the slot of the one that waited");
    }

    [TestMethod]
    public void Leader_OwnAcceptorDown_NeedsTwoOthers()
    {
        var bench = DriverBench.Leader(out var ballot);
        bench.Run(new AcceptorSwitched(Up: false, _ => { }));
        var caller = bench.Submit(new Put(null, "k", new byte[] { 1 }));
        bench.Run(Arrives(new Accepted(ballot, [new Slot(1)])));
        Assert.IsNull(caller.Answer);
        bench.Run(Arrives(new Accepted(ballot, [new Slot(1)]), from: 3));
        Assert.IsNotNull(caller.Answer);
    }

    [TestMethod]
    public void Acceptor_FailsAndComesBack_HoldsWhatItSaid()
    {
        var bench = new DriverBench(replicas: 5);
        var changed = new List<bool>();
        bench.Run(Arrives(AcceptOf(1)), new AcceptorSwitched(Up: false, changed.Add), new AcceptorSwitched(Up: false, changed.Add));
        bench.Run(Arrives(AcceptOf(2)));
        bench.Run(new AcceptorSwitched(Up: true, changed.Add));
        Assert.AreSequenceEqual([true, false, true], changed);
        bench.Seen.Clear();
        bench.Run(Arrives(new Prepare(new Ballot(9, R2), new Slot(1))));
        Assert.AreEqual("R1→R2 Promise 9.2 learned 0 [1]", bench.Seen[^1]);
    }

    [TestMethod]
    public void Restart_LosesUnflushedState_LearnsItAgainFromItsOwnLog()
    {
        var bench = new DriverBench();
        bench.UntilItLeads();
        bench.Submit(new Put(null, "k", new byte[] { 1 }));
        Assert.AreEqual(new StateNumbers(new Slot(1), 1, 1), bench.Driver.Machine.Numbers);
        bench.Restart();
        Assert.AreEqual(new StateNumbers(Slot.None, 0, 0), bench.Driver.Machine.Numbers);
        bench.UntilItLeads();
        Assert.AreEqual(new StateNumbers(new Slot(1), 1, 1), bench.Driver.Machine.Numbers);
    }

    [TestMethod]
    public void Restart_CampaignsAboveEveryBallotUsedBefore()
    {
        var bench = new DriverBench();
        bench.UntilItLeads();
        var first = bench.Driver.Replica.Leading!.Ballot;
        bench.Restart();
        Assert.AreEqual(first, bench.Driver.Replica.Promised);
        bench.UntilItLeads();
        Assert.IsGreaterThan(first, bench.Driver.Replica.Leading!.Ballot);
    }

    [TestMethod]
    public void Read_WaitsUntilItsIndexIsApplied()
    {
        var bench = new DriverBench(replicas: 3);
        var ballot = new Ballot(1, R2);
        bench.Run(Arrives(new Heartbeat(ballot, Leading: true, 1, Slot.None)));
        var caller = new DriverBench.Caller(bench.Seen);
        bench.Run(new ReadRequested(caller));
        var round = long.Parse(bench.Seen[^1].Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture);
        bench.Run(Arrives(new ReadIndexReply(round, new Slot(1), ballot, new Slot(1), R2)));
        Assert.IsFalse(caller.Ready);
        bench.Run(Arrives(new CatchUpReply(new Slot(1), [Seven], new Slot(1))));
        Assert.IsTrue(caller.Ready);
    }

    [TestMethod]
    public void Command_BeyondPendingMax_IsRefusedAsOverloaded()
    {
        var bench = new DriverBench(replicas: 3, options: new ConsensusOptions { PendingCommandsMax = 2 });
        bench.Submit(new Delete(null, "k"));
        Assert.IsNull(bench.Submit(new Delete(null, "k")).Refused);
        Assert.AreEqual(Refusal.Overloaded, bench.Submit(new Delete(null, "k")).Refused);
    }

    [TestMethod]
    public void Command_GivenUpBeforeAnyLeaderHadIt_WasNotExecuted()
    {
        var bench = new DriverBench(replicas: 3);
        var caller = bench.Submit(new Delete(null, "k"));
        bench.Run(new CommandGivenUp(caller));
        Assert.AreEqual(Refusal.NotExecuted, caller.Refused);
    }

    [TestMethod]
    public void Command_GivenUpAfterALeaderHadIt_HasAnUnknownOutcome()
    {
        var bench = DriverBench.Leader(out _);
        var caller = bench.Submit(new Delete(null, "k"));
        bench.Run(new CommandGivenUp(caller));
        Assert.AreEqual(Refusal.OutcomeUnknown, caller.Refused);
    }

    [TestMethod]
    public void Command_GivenUpIfKept_IsRefusedOnlyWhereNoLeaderHadIt()
    {
        var kept = new DriverBench(replicas: 3);
        var caller = kept.Submit(new Delete(null, "k"));
        kept.Run(new CommandGivenUp(caller, IfKept: true));
        Assert.AreEqual(Refusal.NotExecuted, caller.Refused);

        var handedOver = DriverBench.Leader(out _);
        caller = handedOver.Submit(new Delete(null, "k"));
        handedOver.Run(new CommandGivenUp(caller, IfKept: true));
        Assert.IsNull(caller.Refused);
    }

    [TestMethod]
    public void CatchUp_IsCutBySlotsAndBytes()
    {
        var values = Enumerable.Repeat(Seven, 5).ToArray();
        foreach (var options in new[]
        {
            new ConsensusOptions { CatchUpSlotsMax = 2 },
            new ConsensusOptions { MessageBytesMax = 2 * (Seven.Bytes.Length + 13) },
        })
        {
            var bench = new DriverBench(replicas: 3, options);
            bench.Run(Arrives(new CatchUpReply(new Slot(1), values, new Slot(5))));
            bench.Run(Arrives(new CatchUp(new Slot(2))));
            Assert.AreEqual("R1→R2 CatchUpReply [2..3] learned 5", bench.Seen[^1]);
            bench.Run(Arrives(new CatchUp(new Slot(5))));
            Assert.AreEqual("R1→R2 CatchUpReply [5..5] learned 5", bench.Seen[^1]);
            bench.Run(Arrives(new CatchUp(new Slot(6))), Arrives(new CatchUp(Slot.None)), Arrives(new CatchUp(new Slot(long.MinValue))));
            Assert.AreEqual("R1→R2 CatchUpReply [6..5] learned 5", bench.Seen[^3]);
        }
    }

    private static MessageArrived Arrives(Message message, int from = 2) => new(new Envelope(new ReplicaId(from), R1, message));

    private static Accept AcceptOf(long slot, long chosenThrough = 0) => new(new Ballot(3, R2), [new Proposal(new Slot(slot), Seven)], new Slot(chosenThrough));

    [TestMethod]
    public void Start_OnADiskThatNoConfigurationNames_IsSaidAtOnce()
    {
        var store = new MemoryStore();
        ReplicaLog.Begin(store, new Incarnation(7));
        var output = new Notes();
        var quorum = new Quorum(Enumerable.Range(1, 3).Select(number => new ReplicaId(number)));

        _ = new ReplicaDriver(
            new ReplicaId(1), PaxosWcf.Consensus.Configuration.First(quorum), new ConsensusOptions(), store, new Random(1), output);

        var said = (StandingChanged)output.Said.Single();
        Assert.AreEqual(Standing.Fenced, said.Standing);
        Assert.Contains("names incarnation first of R1", said.Why);
    }

    private sealed class Notes : IReplicaOutput
    {
        public List<Note> Said { get; } = [];

        public void Send(Envelope envelope)
        {
        }

        public void OnFlushing()
        {
        }

        public void OnNote(Note note) => Said.Add(note);

        public void OnApplied(Slot slot, Value value)
        {
        }

        public void OnInstalled(Slot through)
        {
        }
    }
}
