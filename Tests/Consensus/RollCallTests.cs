using PaxosWcf.Consensus;
using static PaxosWcf.Tests.Consensus.Paper;

namespace PaxosWcf.Tests.Consensus;

/// <summary>What replicas remember of each other's disks, and what a starting one asks: a disk that was set back does not vote.</summary>
[TestClass]
public sealed class RollCallTests
{
    private readonly Effects _effects = new();

    [TestMethod]
    public void Replica_Starting_PromisesOnlyWhenAMajorityRemembersNoMore()
    {
        var replica = Start(state => state with { AsksFirst = true });
        replica.Tick(_effects);
        var recall = _effects.SendsAfterPersist.All<Recall>().First();
        Assert.HasCount(4, _effects.SendsAfterPersist.All<Recall>());
        replica.Step(new Envelope(R2, R1, new Prepare(Ballot(1, 2), Slot(1))), _effects);
        replica.Step(new Envelope(R2, R1, new RecallReply(recall.Start, null)), _effects);
        replica.Step(new Envelope(R2, R1, new RecallReply(recall.Start, null)), _effects);
        Assert.AreEqual(Standing.Asking, replica.Standing);
        Assert.IsEmpty(_effects.SendsAfterPersist.All<Promise>());
        replica.Step(new Envelope(R3, R1, new RecallReply(recall.Start, null)), _effects);
        Assert.AreEqual(Standing.Voter, replica.Standing);
    }

    [TestMethod]
    [DataRow(2L, 0L, 0L, DisplayName = "a later start")]
    [DataRow(1L, 3L, 0L, DisplayName = "a promise")]
    [DataRow(1L, 0L, 9L, DisplayName = "a slot")]
    [DataRow(1L, 0L, 0L, DisplayName = "another start of the same number")]
    public void Replica_OneRemembersMoreThanItsDisk_BeginsAnotherLife(long boot, long round, long held)
    {
        var replica = Start(state => state with { AsksFirst = true });
        replica.Tick(_effects);
        var recall = _effects.SendsAfterPersist.All<Recall>().First();
        var seen = new Remembered(R1, Incarnation.First, boot, 1, Ballot(round, round == 0 ? 0 : 2), Slot(held));
        replica.Step(new Envelope(R2, R1, new RecallReply(recall.Start, seen)), _effects);
        Assert.AreEqual(Standing.Fenced, replica.Standing);
        Assert.AreNotEqual(Incarnation.First, replica.Incarnation);
        Assert.AreEqual(replica.Incarnation, _effects.Persists.OfType<PersistIncarnation>().Single().Incarnation);
        Assert.Contains("remembers", replica.Complaint);
    }

    /// <summary>A campaign is on the disk before anybody hears of it, so whoever has promised a ballot of this replica's that its disk does not know of has met what the
    /// disk forgot.</summary>
    [TestMethod]
    [DataRow(4L, 1, 0L, Standing.Fenced, DisplayName = "a ballot of its own above all that it knows of")]
    [DataRow(3L, 1, 0L, Standing.Voter, DisplayName = "the last that it knows of")]
    [DataRow(4L, 2, 0L, Standing.Voter, DisplayName = "another's")]
    [DataRow(4L, 1, 1L, Standing.Voter, DisplayName = "of another configuration, in which the name may be that of another disk")]
    public void Replica_OneHasPromisedItsCampaign_TheDiskMustKnowOfIt(long round, int proposer, long configuration, Standing standing)
    {
        var promised = Ballot(round, proposer) with { Configuration = configuration };
        var starting = Start(state => state with { AsksFirst = true, Campaigned = Ballot(3, 1) });
        starting.Tick(_effects);
        var recall = _effects.SendsAfterPersist.All<Recall>().First();
        starting.Step(new Envelope(R2, R1, new RecallReply(recall.Start, null) { Promised = promised }), _effects);
        starting.Step(new Envelope(R3, R1, new RecallReply(recall.Start, null)), _effects);
        Assert.AreEqual(standing, starting.Standing);

        _effects.Clear();
        var voting = Start(state => state with { Campaigned = Ballot(3, 1) });
        voting.Step(new Envelope(R2, R1, new HeartbeatReply(0, promised, null, PaxosWcf.Consensus.Slot.None)), _effects);
        Assert.AreEqual(standing, voting.Standing);
        if (standing == Standing.Fenced)
        {
            Assert.AreEqual(new DiskSetBack(R2, "ballot 4.1 of R1", "none above 3.1"), _effects.Notes.OfType<DiskSetBack>().Single());
            Assert.Contains("R2 remembers ballot 4.1 of R1, but the disk holds none above 3.1.", voting.Complaint);
            Assert.AreEqual(voting.Incarnation, _effects.Persists.OfType<PersistIncarnation>().Single().Incarnation);
        }
    }

    [TestMethod]
    public void Replica_ItsOwnCampaignOfThisStartIsPromised_GoesOn()
    {
        var replica = Start();
        replica.Step(new Envelope(R2, R1, new TakeOver(Ballot(0, 2), PaxosWcf.Consensus.Slot.None)), _effects);
        replica.Step(new Envelope(R2, R1, new HeartbeatReply(0, replica.Preparing!.Ballot, null, PaxosWcf.Consensus.Slot.None)), _effects);
        Assert.AreEqual(Standing.Voter, replica.Standing);
    }

    [TestMethod]
    public void Recall_IsAnsweredWithWhatIsPromisedHere()
    {
        var replica = Start();
        replica.Step(new Envelope(R2, R1, new Prepare(Ballot(6, 2), Slot(1))), _effects);
        replica.Step(new Envelope(R2, R1, new Recall(1, 11)), _effects);
        Assert.AreEqual(Ballot(6, 2), _effects.SendsAfterPersist.Only<RecallReply>().Promised);
    }

    /// <summary>A disk that was set back, started again and again before anybody answers, counts past the starts that others have heard of: their
    /// names tell.</summary>
    [TestMethod]
    [DataRow(11L, Standing.Voter, DisplayName = "its own")]
    [DataRow(22L, Standing.Fenced, DisplayName = "another one of that number")]
    public void Replica_OneRemembersAnEarlierStart_ItsNameTells(long name, Standing standing)
    {
        var replica = Start(state => state with { Boot = 7, AsksFirst = true, Starts = [new NamedStart(5, 11), new NamedStart(6, 12)] });
        replica.Tick(_effects);
        var recall = _effects.SendsAfterPersist.All<Recall>().First();
        Assert.AreSequenceEqual(
            [new(5, 11), new(6, 12), new NamedStart(7, recall.Start)], _effects.Persists.OfType<PersistStarts>().Single().Starts, "before anybody hears of it");
        _effects.Clear();
        foreach (var other in new[] { R2, R3 })
        {
            replica.Step(
                new Envelope(other, R1, new RecallReply(recall.Start, new Remembered(R1, Incarnation.First, 5, name, PaxosWcf.Consensus.Ballot.None, Slot(0)))),
                _effects);
        }

        Assert.AreEqual(standing, replica.Standing);
        NamedStart[] vouched = standing == Standing.Voter ? [new(7, recall.Start)] : [];
        Assert.AreSequenceEqual(vouched, _effects.Persists.OfType<PersistStarts>().SelectMany(persist => persist.Starts));
    }

    /// <summary>Slots that a disk forgot, and that its replica learned again from one who then fell silent, look as if they had never been forgotten: what the disk held when it was started
    /// first tells.</summary>
    [TestMethod]
    [DataRow(23L, Standing.Voter, DisplayName = "nothing beyond that")]
    [DataRow(28L, Standing.Fenced, DisplayName = "slots that it learned since")]
    public void Replica_HasLearnedAgainWhatItsDiskForgot_ItsFirstStartTells(long heard, Standing standing)
    {
        var starts = new[] { new NamedStart(1, 11), new NamedStart(2, 12) };
        var held = new HeldAtStart(1, Ballot(1, 2), Slot(23));
        var replica = Start(state => state with { Boot = 3, AsksFirst = true, LearnedThrough = Slot(32), Starts = starts, Held = held });
        replica.Tick(_effects);
        var recall = _effects.SendsAfterPersist.All<Recall>().First();
        Assert.AreEqual(held, _effects.Persists.OfType<PersistStarts>().Single().Held, "with the names, before anybody hears of this start");
        foreach (var other in new[] { R2, R3 })
        {
            replica.Step(new Envelope(other, R1, new RecallReply(recall.Start, new Remembered(R1, Incarnation.First, 1, 11, Ballot(1, 2), Slot(heard)))), _effects);
        }

        Assert.AreEqual(standing, replica.Standing);
        if (standing == Standing.Voter)
        {
            Assert.IsNull(_effects.Persists.OfType<PersistStarts>().Last().Held, "a majority has vouched: the next start begins anew");
        }
    }

    /// <summary>A build that knows nothing of what was held may have been vouched for since, and has left it.</summary>
    [TestMethod]
    [DataRow(1, 2L, DisplayName = "no start since the one that was vouched for")]
    [DataRow(2, 2L, DisplayName = "starts since another one")]
    public void Replica_FindsWhatWasHeldAtAnotherStart_CountsWhatTheDiskHoldsNow(int starts, long vouched)
    {
        var earlier = new[] { new NamedStart(3, 13), new NamedStart(4, 14) }.Take(starts).ToArray();
        var replica = Start(state => state with
        {
            Boot = 5,
            AsksFirst = true,
            LearnedThrough = Slot(32),
            Starts = earlier,
            Held = new HeldAtStart(vouched, PaxosWcf.Consensus.Ballot.None, Slot(23)),
        });
        replica.Tick(_effects);
        var recall = _effects.SendsAfterPersist.All<Recall>().First();
        foreach (var other in new[] { R2, R3 })
        {
            replica.Step(
                new Envelope(other, R1, new RecallReply(recall.Start, new Remembered(R1, Incarnation.First, 3, 13, PaxosWcf.Consensus.Ballot.None, Slot(32)))), _effects);
        }

        Assert.AreEqual(Standing.Voter, replica.Standing);
    }

    /// <summary>Starts that end before they are named count too: a start that others have heard of, and that this disk has not named, was forgotten.</summary>
    [TestMethod]
    public void Replica_OneRemembersAStartThatTheDiskCountedAndNeverNamed_BeginsAnotherLife()
    {
        var replica = Start(state => state with { Boot = 6, AsksFirst = true, Starts = [new NamedStart(4, 11)] });
        replica.Tick(_effects);
        var recall = _effects.SendsAfterPersist.All<Recall>().First();
        var seen = new Remembered(R1, Incarnation.First, 5, 22, PaxosWcf.Consensus.Ballot.None, Slot(0));

        replica.Step(new Envelope(R2, R1, new RecallReply(recall.Start, seen)), _effects);

        Assert.AreEqual(Standing.Fenced, replica.Standing);
    }

    /// <summary>Nobody else hears what a leader promises and accepts itself: its heartbeats tell them.</summary>
    [TestMethod]
    public void Leader_TellsTheOthersWhatItsOwnDiskHolds()
    {
        var replica = StartAndVouchFor(out _);
        Lead(replica);
        var ballot = replica.Leading!.Ballot;
        replica.Step(new Envelope(R1, R1, Accept(ballot, Proposal(1, "v"))), _effects);
        var own = _effects.SendsAfterPersist.Only<Accepted>();
        replica.Step(new Envelope(R1, R1, own), _effects);
        _effects.Clear();
        while (!_effects.Sends.All<Heartbeat>().Any(beat => beat.Roll.Count > 0))
        {
            replica.Tick(_effects);
        }

        var beat = _effects.Sends.All<Heartbeat>().First(beat => beat.Roll.Count > 0);
        Assert.AreEqual(new Remembered(R1, Incarnation.First, 0, 0, ballot, Slot(1)), beat.Roll.Single(heard => heard.Member == R1));
        replica.EndBatch(_effects);
        Assert.IsEmpty(_effects.Persists, "no heartbeat costs a flush");
        for (var tick = 0; tick < 20; tick++)
        {
            replica.Tick(_effects);
            replica.EndBatch(_effects);
        }

        Assert.Contains(R1, _effects.Persists.OfType<PersistRemembered>().Select(persist => persist.Remembered.Member), "a second later");
    }

    /// <summary>A learner's commands are named after its starts too, which a disk that was set back counts anew; and what it handed over before
    /// it was promoted is still its own then.</summary>
    [TestMethod]
    public void Learner_Starting_HandsOverOnlyWhenAMajorityRemembersNoMore()
    {
        var learner = new AddLearner(new ReplicaId(6), Incarnation.First, "").ApplyTo(First, out _)!;
        var state = new ReplicaState(1, PaxosWcf.Consensus.Ballot.None, PaxosWcf.Consensus.Slot.None, AcceptorState.Fresh) { Configuration = learner, AsksFirst = true };
        var self = new ReplicaId(6);
        var replica = new Replica(self, First, Options, state, new Random(1));
        replica.Tick(_effects);
        var recall = _effects.SendsAfterPersist.All<Recall>().First();
        replica.Step(new Envelope(R2, self, new Heartbeat(Ballot(1, 2) with { Configuration = 1 }, Leading: true, 5, PaxosWcf.Consensus.Slot.None)), _effects);
        replica.Propose("x"u8);
        foreach (var other in new[] { R2, R3, R4 })
        {
            replica.EndBatch(_effects);
            Assert.AreEqual(Standing.Asking, replica.Standing);
            Assert.IsEmpty(_effects.Sends.All<Propose>());
            replica.Step(new Envelope(other, self, new RecallReply(recall.Start, null)), _effects);
        }

        replica.EndBatch(_effects);
        Assert.AreEqual(Standing.Learner, replica.Standing);
        Assert.HasCount(1, _effects.Sends.All<Propose>());
        var promotion = PaxosWcf.Consensus.Command.Create(new CommandId(R1, 1, 1), 0, new Promote(self).ApplyTo(learner, out _)!.Encode());
        replica.Step(new Envelope(R2, self, new CatchUpReply(Slot(1), [PaxosWcf.Consensus.Value.Of([promotion])], Slot(1))), _effects);
        Assert.AreEqual(Standing.Voter, replica.Standing);
        Assert.IsTrue(replica.NamesAreItsOwn);
    }

    /// <summary>Whoever vouches for a start has it on disk first, and tells what it knew before.</summary>
    [TestMethod]
    public void Replica_Recalled_AnswersAfterTheFlushWithWhatItKnew()
    {
        var replica = Start();
        replica.Step(new Envelope(R2, R1, new Recall(4, 44)), _effects);
        Assert.IsNull(_effects.SendsAfterPersist.Only<RecallReply>().Seen);
        Assert.AreEqual(4, _effects.Persists.OfType<PersistRemembered>().Single().Remembered.Boot);
        _effects.Clear();
        replica.Step(new Envelope(R2, R1, new Recall(5, 55)), _effects);
        Assert.AreEqual(4, _effects.SendsAfterPersist.Only<RecallReply>().Seen!.Boot);
    }

    /// <summary>A disk that was set back, whose start 4 was heard of, is started again and again while the answers are lost: the start that counts past 4 is not
    /// vouched for, nor any later one, whatever they say.</summary>
    [TestMethod]
    public void Replica_RecalledByADiskThatForgotAStart_RemembersThatForGood()
    {
        var replica = Start();
        NamedStart[] first = [new(3, 33), new(4, 44)];
        replica.Step(new Envelope(R2, R1, new Recall(4, 44) { Starts = first }), _effects);
        NamedStart[] again = [new(3, 33), new(4, 45), new(5, 55), new(6, 66), new(7, 77)];
        for (var starts = 3; starts <= again.Length; starts++)
        {
            _effects.Clear();
            var asking = again[starts - 1];
            replica.Step(new Envelope(R2, R1, new Recall(asking.Boot, asking.Name) { Starts = again[..starts] }), _effects);
            var seen = _effects.SendsAfterPersist.Only<RecallReply>().Seen!;
            Assert.AreEqual(Remembered.DiskWasSetBack, seen.Boot, $"start {asking.Boot}");
            Assert.Contains("the disk was set back", seen.ToString());
            Assert.HasCount(starts == 3 ? 1 : 0, _effects.Persists.OfType<PersistRemembered>(), "on disk once");
        }
    }

    [TestMethod]
    [DataRow(5L, new[] { 4L, 5L }, 4L, DisplayName = "the disk names it")]
    [DataRow(6L, new[] { 5L, 6L }, 4L, DisplayName = "a later one was vouched for")]
    [DataRow(5L, new long[0], 4L, DisplayName = "a host that does not tell")]
    [DataRow(3L, new[] { 3L }, 4L, DisplayName = "a late question")]
    public void Replica_RecalledByADiskThatForgotNothing_TellsTheStartBefore(long boot, long[] starts, long before)
    {
        var replica = Start();
        replica.Step(new Envelope(R2, R1, new Recall(4, 44) { Starts = [new(4, 44)] }), _effects);
        _effects.Clear();
        replica.Step(new Envelope(R2, R1, new Recall(boot, boot * 11) { Starts = [.. starts.Select(start => new NamedStart(start, start * 11))] }), _effects);
        Assert.AreEqual(before, _effects.SendsAfterPersist.Only<RecallReply>().Seen!.Boot);
    }

    /// <summary>A majority that had heard of nothing vouched; who has heard of more says so a moment later, or the leader tells it.</summary>
    [TestMethod]
    [DataRow(false, DisplayName = "by its answer")]
    [DataRow(true, DisplayName = "by a heartbeat")]
    public void Replica_HearsThatItsDiskForgotAStartAfterAMajorityVouched_BeginsAnotherLife(bool byHeartbeat)
    {
        var replica = StartAndVouchFor(out var start);
        var seen = new Remembered(R1, Incarnation.First, 5, 22, PaxosWcf.Consensus.Ballot.None, Slot(0));
        Message word = byHeartbeat
            ? new Heartbeat(Ballot(1, 2), Leading: true, 5, PaxosWcf.Consensus.Slot.None) { Roll = [seen] }
            : new RecallReply(start, seen);

        replica.Step(new Envelope(R4, R1, word), _effects);

        Assert.AreEqual(Standing.Fenced, replica.Standing);
        Assert.AreEqual(replica.Incarnation, _effects.Persists.OfType<PersistIncarnation>().Single().Incarnation);
        _effects.Clear();
        replica.Step(new Envelope(R2, R1, new Prepare(Ballot(2, 2), Slot(1))), _effects);
        Assert.IsEmpty(_effects.SendsAfterPersist.All<Promise>());
    }

    /// <summary>What it has said since it started is on its disk, though it was not when it asked.</summary>
    [TestMethod]
    [DataRow(false, DisplayName = "an answer that was on its way for long")]
    [DataRow(true, DisplayName = "a heartbeat")]
    public void Replica_HearsOfWhatItSaidSinceItStarted_GoesOnVoting(bool byHeartbeat)
    {
        var replica = StartAndVouchFor(out var start);
        replica.Step(new Envelope(R2, R1, new Prepare(Ballot(1, 2), Slot(1))), _effects);
        replica.Step(new Envelope(R2, R1, Accept(Ballot(1, 2), Proposal(9, "v"))), _effects);
        var seen = new Remembered(R1, Incarnation.First, 7, start, Ballot(1, 2), Slot(9));
        Message word = byHeartbeat
            ? new Heartbeat(Ballot(1, 2), Leading: true, 5, PaxosWcf.Consensus.Slot.None) { Roll = [seen] }
            : new RecallReply(start, seen);

        replica.Step(new Envelope(R4, R1, word), _effects);
        replica.FailAcceptor();
        replica.Step(new Envelope(R4, R1, word), _effects);

        Assert.AreEqual(Standing.Voter, replica.Standing);
    }

    [TestMethod]
    public void Leader_HearsThatItsDiskForgotAPromise_LeadsNoMore()
    {
        var replica = StartAndVouchFor(out var start);
        Lead(replica);
        replica.Step(new Envelope(R4, R1, new RecallReply(start, new Remembered(R1, Incarnation.First, 5, 11, Ballot(90, 4), Slot(0)))), _effects);
        Assert.AreEqual(Standing.Fenced, replica.Standing);
        Assert.IsNull(replica.Leading);
    }

    /// <summary>What it learns while it asks, and an acceptor that came back, say nothing of what it told: it has told nothing yet.</summary>
    [TestMethod]
    public void Replica_LearnsWhileItAsks_StillMissesTheSlotsThatItForgot()
    {
        var replica = Start(state => state with { AsksFirst = true });
        replica.Tick(_effects);
        var recall = _effects.SendsAfterPersist.All<Recall>().First();
        replica.Step(new Envelope(R2, R1, new CatchUpReply(Slot(1), [PaxosWcf.Consensus.Value.Noop, PaxosWcf.Consensus.Value.Noop], Slot(2))), _effects);
        replica.FailAcceptor();
        replica.ReviveAcceptor(AcceptorState.Fresh);

        replica.Step(new Envelope(R2, R1, new RecallReply(recall.Start, new Remembered(R1, Incarnation.First, 0, 0, PaxosWcf.Consensus.Ballot.None, Slot(2)))), _effects);

        Assert.AreEqual(Slot(2), replica.LearnedThrough);
        Assert.AreEqual(Standing.Fenced, replica.Standing);
    }

    /// <summary>An answer about the life before is no word of this one.</summary>
    [TestMethod]
    public void Replica_HearsOfItsLifeBefore_StaysWhatItIs()
    {
        var replica = StartAndVouchFor(out var start);
        replica.Step(new Envelope(R4, R1, new RecallReply(start, new Remembered(R1, new Incarnation(9), 5, 22, Ballot(90, 4), Slot(0)))), _effects);
        Assert.AreEqual(Standing.Voter, replica.Standing);
    }

    /// <summary>Whoever was silent when a majority vouched may have heard of more.</summary>
    [TestMethod]
    public void Replica_VouchedFor_AsksOnUntilAllHaveAnswered()
    {
        var replica = StartAndVouchFor(out var start);
        for (var tick = 0; tick < 200; tick++)
        {
            replica.Tick(_effects);
        }

        var asked = _effects.SendsAfterPersist.Where(envelope => envelope.Message is Recall).ToList();
        Assert.AreSequenceEqual([R4, R5], asked.Select(envelope => envelope.To).Distinct().Order());
        Assert.IsLessThan(60, asked.Count);
        Assert.IsEmpty(_effects.Persists.OfType<PersistStarts>(), "it is named already");
        replica.Step(new Envelope(R4, R1, new RecallReply(start, null)), _effects);
        replica.Step(new Envelope(R5, R1, new RecallReply(start, null)), _effects);
        _effects.Clear();
        for (var tick = 0; tick < 200; tick++)
        {
            replica.Tick(_effects);
        }

        Assert.IsEmpty(_effects.SendsAfterPersist.All<Recall>());
    }

    /// <summary>One that is alone is vouched for by itself, and names no start. Once there are others to hear of one it has a name on disk first.</summary>
    [TestMethod]
    public void Replica_AloneAndThenWithOthers_NamesItsStartBeforeTheyHearOfIt()
    {
        var alone = PaxosWcf.Consensus.Configuration.First(new Quorum([R1]));
        var state = new ReplicaState(7, PaxosWcf.Consensus.Ballot.None, PaxosWcf.Consensus.Slot.None, AcceptorState.Fresh)
        {
            AsksFirst = true,
            Starts = [new NamedStart(3, 11)],
        };
        var replica = new Replica(R1, alone, Options, state, new Random(1));
        replica.Tick(_effects);
        Assert.AreEqual(Standing.Voter, replica.Standing);
        Assert.IsEmpty(_effects.Persists.OfType<PersistStarts>());
        var learner = new AddLearner(R2, new Incarnation(5), "http://a:1 http://b:2").ApplyTo(alone, out _)!;
        var both = new Promote(R2).ApplyTo(learner, out _)!;
        foreach (var (slot, next) in new[] { (1L, learner), (2L, both) })
        {
            var command = PaxosWcf.Consensus.Command.Create(new CommandId(R1, 1, slot), 0, next.Encode());
            replica.Step(new Envelope(R2, R1, new CatchUpReply(Slot(slot), [PaxosWcf.Consensus.Value.Of([command])], Slot(slot))), _effects);
        }

        _effects.Clear();
        replica.Tick(_effects);

        var recall = _effects.SendsAfterPersist.Only<Recall>();
        var named = _effects.Persists.OfType<PersistStarts>().Single();
        Assert.AreSequenceEqual([new NamedStart(3, 11), new NamedStart(7, recall.Start)], named.Starts);
        Assert.AreEqual(3, named.Held!.Vouched);
        Assert.AreEqual(Standing.Asking, replica.Standing, "the other one may know better");
        replica.Step(new Envelope(R2, R1, new RecallReply(recall.Start, null)) { Incarnation = new Incarnation(5) }, _effects);
        Assert.AreEqual(Standing.Voter, replica.Standing);
    }

    /// <summary>A disk that was set back to an image of a smaller cluster was vouched for by a majority of that: a majority of the larger one is asked before it votes there.</summary>
    [TestMethod]
    [DataRow(0L, Standing.Voter, DisplayName = "the others know nothing more")]
    [DataRow(6L, Standing.Voter, DisplayName = "a promise that it gave since it was vouched for")]
    [DataRow(7L, Standing.Fenced, DisplayName = "a promise that its disk forgot")]
    public void Voter_VouchedForByAMajorityOfASmallerCluster_AsksAnew(long promised, Standing standing)
    {
        var replica = StartInThree();
        var start = VouchedForBy(replica, R2);
        replica.Step(new Envelope(R2, R1, new Prepare(Ballot(6, 2), Slot(1))), _effects);
        Assert.AreEqual(Ballot(6, 2), _effects.SendsAfterPersist.Only<Promise>().Ballot);
        _effects.Clear();

        Grow(replica);

        Assert.AreEqual(Standing.Asking, replica.Standing);
        Assert.IsTrue(replica.NamesAreItsOwn, "it has handed commands over since it was vouched for");
        var held = _effects.Persists.OfType<PersistStarts>().Last().Held!;
        Assert.AreEqual((1L, Ballot(6, 2)), (held.Vouched, held.Promised), "before it says anything more");
        replica.Step(new Envelope(R2, R1, new Prepare(Ballot(9, 2) with { Configuration = replica.Configuration.Number }, Slot(1))), _effects);
        Assert.IsEmpty(_effects.SendsAfterPersist.All<Promise>());

        _effects.Clear();
        replica.Tick(_effects);
        Assert.AreSequenceEqual(
            [R3, R4, R5], _effects.SendsAfterPersist.Where(envelope => envelope.Message is Recall).Select(envelope => envelope.To).Order(), "R2's word counts on");
        var seen = promised == 0 ? null : new Remembered(R1, Incarnation.First, 1, start, Ballot(promised, 2), Slot(0));
        replica.Step(new Envelope(R4, R1, new RecallReply(start, seen)) { Incarnation = new Incarnation(4) }, _effects);
        Assert.AreEqual(standing, replica.Standing);
    }

    [TestMethod]
    public void Voter_VouchedForByAll_GoesOnWhenTheClusterGrows()
    {
        var replica = StartInThree();
        VouchedForBy(replica, R2, R3);

        Grow(replica);

        Assert.AreEqual(Standing.Voter, replica.Standing);
        Assert.IsEmpty(_effects.Persists.OfType<PersistStarts>());
    }

    [TestMethod]
    public void Voter_VouchedForByADiskThatWasReplaced_AsksAnew()
    {
        var replica = Start(state => state with { AsksFirst = true });
        VouchedForBy(replica, R2, R3);

        Learn(replica, new Replace(R3, new Incarnation(3), "http://a:1 http://b:2"));

        Assert.AreEqual(Standing.Asking, replica.Standing);
    }

    private static Replica StartInThree() => new(
        R1, PaxosWcf.Consensus.Configuration.First(new Quorum([R1, R2, R3])), Options,
        new ReplicaState(1, PaxosWcf.Consensus.Ballot.None, PaxosWcf.Consensus.Slot.None, AcceptorState.Fresh) { AsksFirst = true }, new Random(1));

    private long VouchedForBy(Replica replica, params ReplicaId[] witnesses)
    {
        replica.Tick(_effects);
        var start = _effects.SendsAfterPersist.All<Recall>().First().Start;
        foreach (var witness in witnesses)
        {
            replica.Step(new Envelope(witness, R1, new RecallReply(start, null)), _effects);
        }

        Assert.AreEqual(Standing.Voter, replica.Standing);
        _effects.Clear();
        return start;
    }

    private void Grow(Replica replica) => Learn(
        replica,
        new AddLearner(R4, new Incarnation(4), "http://a:4 http://b:4"), new Promote(R4), new AddLearner(R5, new Incarnation(5), "http://a:5 http://b:5"), new Promote(R5));

    private void Learn(Replica replica, params MembershipChange[] changes)
    {
        foreach (var change in changes)
        {
            var next = change.ApplyTo(replica.Configuration, out _)!;
            var slot = replica.LearnedThrough.Next;
            var command = PaxosWcf.Consensus.Command.Create(new CommandId(R2, 1, slot.Number), 0, next.Encode());
            replica.Step(new Envelope(R2, R1, new CatchUpReply(slot, [PaxosWcf.Consensus.Value.Of([command])], slot)), _effects);
        }
    }

    /// <summary>It has not heard what the asker said to the members since.</summary>
    [TestMethod]
    public void Replica_ThatIsOut_VouchesForNobody()
    {
        var replica = Start(state => state with { Incarnation = new Incarnation(77) });
        replica.Step(new Envelope(R2, R1, new Recall(4, 44)), _effects);
        Assert.IsEmpty(_effects.SendsAfterPersist);
    }

    private static Replica Start(Func<ReplicaState, ReplicaState>? with = null)
    {
        var state = new ReplicaState(1, PaxosWcf.Consensus.Ballot.None, PaxosWcf.Consensus.Slot.None, AcceptorState.Fresh);
        return new Replica(R1, First, Options, with is null ? state : with(state), new Random(1));
    }

    private Replica StartAndVouchFor(out long start)
    {
        var replica = Start(state => state with { Boot = 7, AsksFirst = true, Starts = [new NamedStart(5, 11), new NamedStart(6, 12)] });
        replica.Tick(_effects);
        start = _effects.SendsAfterPersist.All<Recall>().First().Start;
        replica.Step(new Envelope(R2, R1, new RecallReply(start, null)), _effects);
        replica.Step(new Envelope(R3, R1, new RecallReply(start, null)), _effects);
        Assert.AreEqual(Standing.Voter, replica.Standing);
        _effects.Clear();
        return replica;
    }

    private void Lead(Replica replica)
    {
        replica.Step(new Envelope(R2, R1, new TakeOver(Ballot(1, 2), Slot(0))), _effects);
        foreach (var voter in new[] { R1, R2, R3 })
        {
            replica.Step(new Envelope(voter, R1, Promise(replica.Preparing!.Ballot)), _effects);
        }

        Assert.IsNotNull(replica.Leading);
    }
}
