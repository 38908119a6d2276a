using System.Text;
using PaxosWcf.Consensus;
using PaxosWcf.Replication;
using PaxosWcf.Replication.Changes;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Snapshots;
using PaxosWcf.Replication.Storage;
using PaxosWcf.Tests.Replication;

namespace PaxosWcf.Tests.Snapshots;

/// <summary>A replica that the log no longer reaches fetches another one's state: whole, or not at all.</summary>
[TestClass]
public sealed class SnapshotInstallTests
{
    private const long Name = 77;

    private static readonly ReplicaId R1 = new(1);
    private static readonly ReplicaId R2 = new(2);
    private static readonly ConsensusOptions Options = new();

    private readonly DriverBench _server = Server(writes: 30);

    [TestMethod]
    public void CatchUp_BelowTheLog_FetchesChunkAfterChunk_AndIsTheOtherState()
    {
        var chunks = Chunks(_server);
        var bench = Behind();
        Assert.Contains("R1→R2 ReadSnapshot", bench.Seen);
        Feed(bench, chunks);
        Assert.AreEqual(_server.Driver.Machine.Numbers, bench.Driver.Machine.Numbers);
        Assert.AreEqual(StateHasher.Hash(_server.Store), StateHasher.Hash(bench.Store));
        Assert.AreEqual(new Slot(30), bench.Driver.Replica.LearnedThrough);
        Assert.Contains("installed 30", bench.Seen);
        Assert.IsEmpty(bench.Store.Scan(StoreFamily.Log, [], null).ToArray());
        Assert.AreEqual("R1→R2 CatchUp from 31", bench.Seen[^1], "it goes on from there, with whoever holds its log for it");
        Assert.IsEmpty(Other(bench), "what was live before is gone");
    }

    /// <summary>The history of changes comes along; what was kept before counts no more.</summary>
    [TestMethod]
    public void Install_HistoryOfChanges_IsTheOtherOnes()
    {
        var server = Server(writes: 30, options: new StorageOptions { LogSlotsMax = 4, HistoryRevisionsMax = 16 });
        server.Ticks(1);
        Write(server, 10, 7);
        server.Driver.Stop();
        var bench = Behind();
        Feed(bench, Chunks(server));
        var watched = (ChangesFound)bench.Driver.Machine.ReadChanges(31, new ChangeFilter("k", IsPrefix: true), 100, 10_000);
        Assert.AreSequenceEqual(Enumerable.Range(31, 10).Select(revision => (long)revision), watched.Changes.Select(change => change.Revision));
        Assert.AreEqual(40, watched.CompleteThrough);
        Assert.AreEqual(
            server.Driver.Machine.ReadChanges(1, new ChangeFilter("k", IsPrefix: true), 100, 10_000) as ChangesCompacted,
            bench.Driver.Machine.ReadChanges(1, new ChangeFilter("k", IsPrefix: true), 100, 10_000) as ChangesCompacted);
    }

    /// <summary>An earlier build's snapshot has no history: it begins where the state is.</summary>
    [TestMethod]
    public void Install_WithoutAHistory_BeginsOneAtItsRevision()
    {
        var chunks = Chunks(_server).Select(bytes => SnapshotChunk.Decode(bytes)!).Select(chunk => chunk with
        {
            Records = [.. chunk.Records.Where(record => record.Family != StoreFamily.Changes)],
        }).ToArray();
        var bench = Behind();
        Feed(bench, chunks.Select(chunk => chunk.Encode()));
        Assert.AreEqual(StateHasher.Hash(_server.Store), StateHasher.Hash(bench.Store));
        Assert.AreEqual(
            new ChangesCompacted(31), bench.Driver.Machine.ReadChanges(30, new ChangeFilter("k", IsPrefix: true), 100, 10_000));
    }

    /// <summary>What is accepted above the snapshot stays; what is accepted within it is over.</summary>
    [TestMethod]
    public void Install_AcceptorForgetsWhatTheStateHas_AndKeepsTheRest()
    {
        var bench = Behind();
        var ballot = new Ballot(9, R2);
        bench.Run(Arrives(new Accept(
            ballot, [new Proposal(new Slot(29), Value.Noop), new Proposal(new Slot(30), Value.Noop), new Proposal(new Slot(31), Value.Noop)], Slot.None)));
        Assert.AreEqual(3, bench.Driver.Replica.Bookkeeping);
        Feed(bench, Chunks(_server));
        Assert.AreEqual(1, bench.Driver.Replica.Bookkeeping);
        Assert.AreEqual(31, ReplicaLog.SlotOf(bench.Store.Scan(StoreFamily.Log, [], null).Single().Key).Number);
        bench.Run(Arrives(new Learn(ballot, new Slot(31))));
        Assert.AreEqual(new Slot(31), bench.Driver.Machine.Numbers.AppliedThrough);
        Assert.AreEqual(ballot, bench.Driver.Replica.Promised);
    }

    /// <summary>Whichever of its writes the crash loses: the state is the old one or the new one, and nothing of the other is left
    /// where it would be found.</summary>
    [TestMethod]
    public void Install_CrashAtAnyPoint_LeavesTheOldStateOrTheNew()
    {
        var chunks = Chunks(_server);
        var (old, fresh) = (0, 0);
        for (var kept = 0; kept <= chunks.Count + 1; kept++)
        {
            var bench = Behind();
            bench.Store.FailNextDurableWrite();
            Assert.ThrowsExactly<StoreFailedException>(() => Feed(bench, chunks));
            Assert.AreEqual(chunks.Count + 1, bench.Store.UnflushedSets);
            bench.Restart(kept);
            var numbers = bench.Driver.Machine.Numbers;
            if (numbers.AppliedThrough == Slot.None)
            {
                old++;
                Assert.AreEqual(new StateNumbers(Slot.None, 0, 0), numbers);
                Assert.IsEmpty(bench.Store.Scan(StoreFamily.Keys, [], null).ToArray());
                Assert.IsNull(bench.Driver.Machine.Find("k1"));
            }
            else
            {
                fresh++;
                Assert.AreEqual(StateHasher.Hash(_server.Store), StateHasher.Hash(bench.Store));
                Assert.IsEmpty(Other(bench), "what the crash left of the old state is cleared away");
            }
        }

        Assert.AreEqual((chunks.Count + 1, 1), (old, fresh));
    }

    /// <summary>A restarted replica goes on with the chunk after the last that its disk has.</summary>
    [TestMethod]
    public void Fetch_RestartInTheMiddle_GoesOnWhereTheDiskHasIt()
    {
        var chunks = Chunks(_server);
        for (var kept = 1; kept <= 3; kept++)
        {
            var bench = Behind();
            Feed(bench, chunks.Take(3));
            Assert.IsTrue(bench.Driver.Figures.FetchesState);
            bench.Seen.Clear();
            bench.Restart(kept);
            Assert.IsTrue(bench.Driver.Figures.FetchesState);
            bench.Ticks(1);
            Assert.Contains($"R1→R2 ReadSnapshot {Name} chunk {kept}", bench.Seen);
            Feed(bench, chunks.Skip(kept), kept);
            Assert.IsFalse(bench.Driver.Figures.FetchesState);
            Assert.AreEqual(StateHasher.Hash(_server.Store), StateHasher.Hash(bench.Store));
        }
    }

    [TestMethod]
    public void Fetch_ChunkDamagedOrOutOfOrder_CountsAsLost()
    {
        var chunks = Chunks(_server);
        var bench = Behind();
        Feed(bench, chunks.Take(1));
        bench.Seen.Clear();
        var damaged = chunks[1].ToArray();
        damaged[20] ^= 1;
        bench.Run(Arrives(new ReadSnapshotReply(Name, 1, damaged)));
        bench.Run(Arrives(new ReadSnapshotReply(Name, 2, chunks[2])));
        bench.Run(Arrives(new ReadSnapshotReply(Name, 0, chunks[0])));
        bench.Run(Arrives(new ReadSnapshotReply(Name, 1, chunks[2])));
        bench.Run(Arrives(new ReadSnapshotReply(Name + 1, 1, chunks[1])));
        bench.Run(Arrives(new ReadSnapshotReply(Name, 1, chunks[1]), from: 3));
        Assert.IsEmpty(bench.Seen);
        bench.Ticks(Options.SnapshotTicks);
        Assert.Contains($"R1→R2 ReadSnapshot {Name} chunk 1", bench.Seen);
        Feed(bench, chunks.Skip(1), 1);
        Assert.AreEqual(StateHasher.Hash(_server.Store), StateHasher.Hash(bench.Store));
    }

    /// <summary>Two snapshots under one name, as nobody should send them, never make one state.</summary>
    [TestMethod]
    public void Fetch_ChunkOfAnotherSlot_CountsAsLost()
    {
        var bench = Behind();
        Feed(bench, Chunks(_server).Take(1));
        bench.Seen.Clear();
        bench.Run(Arrives(new ReadSnapshotReply(Name, 1, Chunks(Server(writes: 31))[1])));
        Assert.IsEmpty(bench.Seen);
    }

    /// <summary>The other replica was restarted: it has a new snapshot, which begins anew.</summary>
    [TestMethod]
    public void Fetch_SnapshotIsGone_StartsOver()
    {
        var bench = Behind();
        Feed(bench, Chunks(_server).Take(2));
        bench.Seen.Clear();
        bench.Run(Arrives(new ReadSnapshotReply(0, 2, default)));
        Assert.AreSequenceEqual(["R1→R2 ReadSnapshot"], bench.Seen);
        var later = Server(writes: 33);
        Feed(bench, Chunks(later));
        Assert.AreEqual(StateHasher.Hash(later.Store), StateHasher.Hash(bench.Store));
    }

    /// <summary>The one that it begins anew with lacks a key that the first one had: nothing may be left of that one.</summary>
    [TestMethod]
    public void Fetch_StartsOver_NothingOfTheSnapshotThatWasGivenUpStays()
    {
        var bench = Behind();
        Feed(bench, Chunks(_server).Take(4));
        Assert.Contains("k1", Other(bench).Select(record => Encoding.UTF8.GetString(record.Key)));
        bench.Run(Arrives(new ReadSnapshotReply(0, 4, default)));
        var later = Server(writes: 30);
        later.Submit(new Delete(null, "k1"));
        later.Driver.Stop();
        Feed(bench, Chunks(later));
        Assert.AreEqual(new Slot(31), bench.Driver.Machine.Numbers.AppliedThrough);
        Assert.IsNull(bench.Driver.Machine.Find("k1"));
        Assert.AreEqual(StateHasher.Hash(later.Store), StateHasher.Hash(bench.Store));
    }

    /// <summary>Effects from before the jump and after it are no segment: what the others have of it is held against nothing here. The next
    /// is one.</summary>
    [TestMethod]
    public void Install_WithinASegment_IsNotJudgedOnIt_AndIsOnTheNext()
    {
        var bench = new DriverBench(replicas: 3, storage: new StorageOptions { AuditSlots = 8 });
        bench.Run(Arrives(new CatchUpReply(new Slot(1), [PutOfAnother(1)], new Slot(1))));
        bench.Run(Arrives(new CatchUpReply(new Slot(2), [], new Slot(35), new Slot(24))));
        Feed(bench, Chunks(_server));
        bench.Run(Arrives(new CatchUpReply(new Slot(31), [Value.Noop, Value.Noop, VotesOfOthers(32)], new Slot(33))));
        Assert.AreEqual(new Slot(33), bench.Driver.Machine.Numbers.AppliedThrough);
        Assert.IsNull(bench.Driver.Divergence);
        bench.Run(Arrives(new CatchUpReply(new Slot(34), [.. Enumerable.Repeat(Value.Noop, 7), VotesOfOthers(40)], new Slot(41))));
        Assert.AreEqual(new Divergence(new Slot(33), new Slot(40)), bench.Driver.Divergence);
    }

    [TestMethod]
    public void Fetch_OtherReplicaSilent_IsGivenUpAfterAsManyAsks_AndAnotherIsAsked()
    {
        var bench = Behind();
        bench.Ticks(Options.SnapshotTicks * Options.SnapshotAsksMax);
        Assert.HasCount(1 + Options.SnapshotAsksMax, bench.Seen.Where(line => line == "R1→R2 ReadSnapshot").ToArray());
        bench.Seen.Clear();
        bench.Ticks(Options.SnapshotTicks + Options.CatchUpTicks);
        Assert.ContainsSingle(line => line.Contains("CatchUp from 1", StringComparison.Ordinal), bench.Seen);
    }

    [TestMethod]
    public void Fetch_RefusedAtOnce_CatchUpGoesOn()
    {
        var bench = Behind();
        bench.Run(Arrives(new ReadSnapshotReply(0, 0, default)));
        bench.Seen.Clear();
        bench.Ticks(Options.CatchUpTicks);
        Assert.ContainsSingle(line => line.Contains("CatchUp from 1", StringComparison.Ordinal), bench.Seen);
    }

    /// <summary>The log came after all, and further than the snapshot: what was staged is cleared away.</summary>
    [TestMethod]
    public void Fetch_OvertakenByTheLog_IsOfNoUse()
    {
        var chunks = Chunks(_server);
        var bench = Behind();
        Feed(bench, chunks.Take(2));
        Assert.IsNotEmpty(Other(bench));
        bench.Run(Arrives(new CatchUpReply(new Slot(1), [.. Enumerable.Repeat(Value.Noop, 40)], new Slot(40))));
        bench.Ticks(1);
        Assert.IsEmpty(Other(bench));
        bench.Run(Arrives(new ReadSnapshotReply(Name, 2, chunks[2])));
        Assert.AreEqual(new Slot(40), bench.Driver.Machine.Numbers.AppliedThrough);
        Assert.IsEmpty(Other(bench));
    }

    /// <summary>What was staged is gone by then, so that the chunk does not follow it: that is no reason to ask for it again.</summary>
    [TestMethod]
    public void Fetch_OvertakenByTheLog_EndsWithTheNextChunk_AndCatchUpGoesOn()
    {
        var chunks = Chunks(_server);
        var bench = Behind();
        Feed(bench, chunks.Take(2));
        bench.Run(Arrives(new CatchUpReply(new Slot(1), [.. Enumerable.Repeat(Value.Noop, 40)], new Slot(40))));
        bench.Ticks(1);
        bench.Run(Arrives(new ReadSnapshotReply(Name, 2, chunks[2])));
        bench.Run(Arrives(new CatchUpReply(new Slot(41), [], new Slot(60))));
        bench.Seen.Clear();
        bench.Ticks(Options.CatchUpTicks);
        Assert.ContainsSingle(line => line.Contains("CatchUp from 41", StringComparison.Ordinal), bench.Seen);
        bench.Ticks(Options.SnapshotTicks);
        Assert.IsEmpty(bench.Seen.FindAll(line => line.Contains("ReadSnapshot", StringComparison.Ordinal)));
    }

    /// <summary>A command that took effect within the snapshot is never delivered here: its caller is told at once that nobody
    /// knows, and repeats it, which is answered out of the session that came along.</summary>
    [TestMethod]
    public void Install_CallerWhoseCommandIsInTheState_HasAnUnknownOutcome_AndARepeatGetsTheAnswer()
    {
        var bench = Behind();
        var caller = bench.Submit(new Put(null, "k", new byte[1]));
        var waits = bench.Submit(new Put(null, "k", new byte[2]));
        var id = new CommandId(R1, 1, 1);
        var server = Server(writes: 0);
        foreach (var command in Enumerable.Range(1, 30).Select(number => new CommandId(new ReplicaId(3), 1, number)).Append(id))
        {
            var put = new Put(null, $"k{command.Number}", new byte[10]);
            server.Run(new MessageArrived(new Envelope(R1, R1, new Propose([Command.Create(command, 0, put.Encode())]))));
        }

        server.Driver.Stop();
        Feed(bench, Chunks(server));
        Assert.IsTrue(bench.Driver.Machine.IsOver(id));
        Assert.AreEqual(Refusal.OutcomeUnknown, caller.Refused ?? Refusal.Overloaded);
        Assert.IsNull(waits.Refused, "the other is not in it, and goes on");
    }

    /// <summary>Whoever waits for a change is not told of those that came with the state: all look for themselves.</summary>
    [TestMethod]
    public void Install_WhoWaitsForChanges_LooksForItself()
    {
        var bench = Behind();
        var (came, ahead) = (new Watcher(), new Watcher());
        bench.Run(new WatchRequested(new ChangeFilter("k1", IsPrefix: false), 1, 1000, came));
        bench.Run(new WatchRequested(new ChangeFilter("k", IsPrefix: true), 50, 1000, ahead));
        var chunks = Chunks(_server);
        Feed(bench, chunks.SkipLast(1));
        Assert.AreEqual((0, 0), (came.LooksFrom, ahead.LooksFrom));
        Feed(bench, chunks.TakeLast(1), chunks.Count - 1);
        Assert.AreEqual((1, 50), (came.LooksFrom, ahead.LooksFrom));
    }

    /// <summary>A disk that was set back counts a start anew, so that what the state has under the name of a caller's command is another
    /// command, of the earlier start of that number. While it asks what is remembered of it, nobody can tell.</summary>
    [TestMethod]
    public void Install_WhileTheReplicaAsks_CallerIsNotToldTheAnswerToAnEarlierStartsCommand()
    {
        var (bench, earlier) = AsksWithACallerWhoseNameIsTaken();
        var caller = bench.Submit(new Put(null, "mine", new byte[1]));
        var waits = bench.Submit(new Put(null, "mine", new byte[2]));
        bench.Run(Arrives(new CatchUpReply(new Slot(1), [], new Slot(35), new Slot(24))));
        var server = Server(writes: 30);
        server.Run(new MessageArrived(new Envelope(R1, R1, new Propose([earlier]))));
        server.Driver.Stop();
        Feed(bench, Chunks(server));
        Assert.IsTrue(bench.Driver.Machine.IsOver(earlier.Id), "the state has a command of that name");
        Assert.IsNull(caller.Answer);
        Assert.AreEqual(Refusal.OutcomeUnknown, caller.Refused);
        bench.TellThatItWasSetBack();
        Assert.IsNull(waits.Answer);
        Assert.AreEqual(Refusal.NotExecuted, waits.Refused);
        Assert.IsNull(bench.Driver.Machine.Find("mine"));
    }

    [TestMethod]
    public void CatchUp_WhileTheReplicaAsks_CallerIsNotToldTheAnswerToAnEarlierStartsCommand()
    {
        var (bench, earlier) = AsksWithACallerWhoseNameIsTaken();
        var caller = bench.Submit(new Put(null, "mine", new byte[1]));
        bench.Run(Arrives(new CatchUpReply(new Slot(1), [Value.Of([earlier])], new Slot(1))));
        Assert.AreEqual(new Slot(1), bench.Driver.Machine.Numbers.AppliedThrough);
        Assert.IsNull(caller.Answer);
        bench.TellThatItWasSetBack();
        Assert.IsNull(caller.Answer);
        Assert.AreEqual(Refusal.NotExecuted, caller.Refused);
        Assert.IsNull(bench.Driver.Machine.Find("mine"));
    }

    /// <summary>A roll call may find out with what is learned in the same batch.</summary>
    [TestMethod]
    public void CatchUp_InTheBatchThatFindsTheDiskSetBack_AnswersNobody()
    {
        var (bench, earlier) = AsksWithACallerWhoseNameIsTaken();
        var caller = bench.Submit(new Put(null, "mine", new byte[1]));
        bench.TellThatItWasSetBack(Arrives(new CatchUpReply(new Slot(1), [Value.Of([earlier])], new Slot(1))));
        Assert.AreEqual(new Slot(1), bench.Driver.Machine.Numbers.AppliedThrough);
        Assert.IsNull(caller.Answer);
        Assert.AreEqual(Refusal.NotExecuted, caller.Refused);
    }

    [TestMethod]
    public void Install_ReadThatWaitsForASlotWithinIt_IsServed()
    {
        var bench = Behind();
        var reader = new DriverBench.Caller([]);
        bench.Run(Arrives(new Heartbeat(new Ballot(9, R2), Leading: true, 1, new Slot(30))), new ReadRequested(reader));
        var round = bench.Seen.Last(line => line.Contains("ReadIndex", StringComparison.Ordinal)).Split(' ')[^1];
        bench.Run(Arrives(new ReadIndexReply(
            long.Parse(round, System.Globalization.CultureInfo.InvariantCulture), new Slot(20), new Ballot(9, R2), new Slot(30), R2)));
        Assert.IsFalse(reader.Ready);
        Feed(bench, Chunks(_server));
        Assert.IsTrue(reader.Ready);
    }

    /// <summary>What is kept in memory of keys written lately is of the state before: a put after the jump counts on from the new one.</summary>
    [TestMethod]
    public void Install_OverKeysWrittenLately_VersionsGoOnFromTheNewState()
    {
        var bench = new DriverBench(replicas: 3);
        bench.Run(Arrives(new CatchUpReply(new Slot(1), [PutOfAnother(1), PutOfAnother(2)], new Slot(2))));
        Assert.AreEqual(2, bench.Driver.Machine.Find("k1")!.Version);
        bench.Run(Arrives(new CatchUpReply(new Slot(3), [], new Slot(35), new Slot(24))));
        Feed(bench, Chunks(_server));
        var installed = bench.Driver.Machine.Find("k1")!;
        Assert.AreEqual(5, installed.Version);

        bench.Run(Arrives(new CatchUpReply(new Slot(31), [PutOfAnother(3)], new Slot(31))));

        var put = bench.Driver.Machine.Find("k1")!;
        Assert.AreEqual((installed.CreateRevision, 6L), (put.CreateRevision, put.Version));
    }

    /// <summary>The generations are exchanged as often as need be; keys that are gone meanwhile are gone.</summary>
    [TestMethod]
    public void Install_AgainAndAgain_EachTimeTheOtherState()
    {
        var bench = Behind();
        for (var writes = 30; writes <= 60; writes += 10)
        {
            var server = Server(writes, keys: writes / 5);
            Feed(bench, Chunks(server));
            Assert.AreEqual(StateHasher.Hash(server.Store), StateHasher.Hash(bench.Store));
            bench.Restart(bench.Store.UnflushedSets);
            Assert.AreEqual(server.Driver.Machine.Numbers, bench.Driver.Machine.Numbers);
            Assert.AreEqual(server.Driver.Machine.Find("k1")!.ModificationRevision, bench.Driver.Machine.Find("k1")!.ModificationRevision);
            bench.Run(Arrives(new CatchUpReply(new Slot(writes + 1), [], new Slot(200), new Slot(writes + 5))));
        }
    }

    /// <summary>While another fetches, and for a while after, the log is kept from where its snapshot ends.</summary>
    [TestMethod]
    public void Serving_HoldsTheLogFromTheSnapshotOn_UntilNobodyAsksAnyMore()
    {
        var bench = Server(writes: 30, options: new StorageOptions { LogSlotsMax = 4, SnapshotIdleTicks = 50 });
        bench.Run(Arrives(new ReadSnapshot(0, 0)));
        Write(bench, 20, 5);
        bench.Ticks(1);
        bench.Seen.Clear();
        bench.Run(Arrives(new CatchUp(new Slot(31))));
        Assert.AreEqual("R1→R2 CatchUpReply [31..50] learned 50", bench.Seen.Single());
        bench.Ticks(60);
        Write(bench, 1, 1);
        bench.Ticks(1);
        bench.Seen.Clear();
        bench.Run(Arrives(new CatchUp(new Slot(31))));
        Assert.AreEqual("R1→R2 CatchUpReply [31..30] learned 51 truncated 47", bench.Seen.Single());
    }

    [TestMethod]
    public void Serving_HoldsNoMoreOfTheLogThanTheLimit()
    {
        var bench = Server(writes: 30, options: new StorageOptions { LogSlotsMax = 4, LogHeldBytesMax = 500 });
        bench.Run(Arrives(new ReadSnapshot(0, 0)));
        Write(bench, 20, 5);
        bench.Ticks(1);
        var records = bench.Store.Scan(StoreFamily.Log, [], null).Select(record => record.Value.Length).ToArray();
        Assert.IsLessThan(500 + records[0], records.Sum());
        Assert.IsGreaterThan(4, records.Length, "more than it would keep for nobody");
    }

    private static Value PutOfAnother(int number) =>
        Value.Of([Command.Create(new CommandId(new ReplicaId(3), 1, number), 0, new Put(null, "k1", new byte[10]).Encode())]);

    // A majority of three, with a hash that nothing has.
    private static Value VotesOfOthers(long through) => Value.Of([VoteOf(2, through), VoteOf(3, through)]);

    private static Command VoteOf(int replica, long through) =>
        Command.Create(new CommandId(new ReplicaId(replica), 1, through), 0, new StateVote(through, 8, 1).Encode());

    private static DriverBench Server(int writes, int keys = 7, StorageOptions? options = null)
    {
        var bench = new DriverBench(
            options: new ConsensusOptions { BatchCommandsMax = 1 }, storage: options ?? new StorageOptions { LogSlotsMax = 4 });
        bench.UntilItLeads();
        Write(bench, writes, keys);
        bench.Driver.Stop();
        return bench;
    }

    private static void Write(DriverBench bench, int times, int keys)
    {
        for (var i = 0; i < times; i++)
        {
            bench.Submit(new Put(null, $"k{i % keys}", new byte[10]));
        }
    }

    /// <summary>A replica that has restarted, and asks; and the first command of an earlier start that its disk has forgotten.</summary>
    private static (DriverBench Bench, Command Earlier) AsksWithACallerWhoseNameIsTaken()
    {
        var bench = new DriverBench(replicas: 3);
        bench.RestartAsking();
        Assert.AreEqual(Standing.Asking, bench.Driver.Replica.Standing);
        var taken = new CommandId(R1, 2, 1);
        return (bench, Command.Create(taken, 0, new Put(null, "not mine", new byte[3]).Encode()));
    }

    /// <summary>A replica that was told that the log begins above what it has.</summary>
    private static DriverBench Behind()
    {
        var bench = new DriverBench(replicas: 3);
        bench.Run(Arrives(new CatchUpReply(new Slot(1), [], new Slot(35), new Slot(24))));
        return bench;
    }

    private static List<byte[]> Chunks(DriverBench server)
    {
        using var reader = new SnapshotReader(server.Store.Snapshot(), chunkBytesMax: 100);
        var chunks = new List<byte[]>();
        bool isLast;
        do
        {
            var chunk = reader.Read(chunks.Count);
            chunks.Add(chunk.Encode());
            isLast = chunk.IsLast;
        }
        while (!isLast);

        Assert.IsGreaterThan(3, chunks.Count);
        return chunks;
    }

    private static void Feed(DriverBench bench, IEnumerable<byte[]> chunks, long first = 0)
    {
        foreach (var chunk in chunks)
        {
            bench.Run(Arrives(new ReadSnapshotReply(Name, first++, chunk)));
        }
    }

    private static KeyValuePair<byte[], byte[]>[] Other(DriverBench bench)
    {
        var store = GenerationStore.Over(bench.Store);
        return
        [
            .. store.Scan(StoreFamily.OtherKeys, [], null), .. store.Scan(StoreFamily.OtherSessions, [], null),
            .. store.Scan(StoreFamily.OtherChanges, [], null),
        ];
    }

    private static MessageArrived Arrives(Message message, int from = 2) =>
        new(new Envelope(new ReplicaId(from), R1, message, Call: 1));

    private sealed class Watcher : IWatchCaller
    {
        public long LooksFrom { get; private set; }

        public void OnChange(long revision) => LooksFrom = revision;

        public void OnOver(long completeThrough) => Assert.Fail($"told that nothing came through {completeThrough}");

        public void OnRefused(Refusal refusal) => Assert.Fail($"refused: {refusal}");
    }
}
