using PaxosWcf.Consensus;
using static PaxosWcf.Tests.Consensus.Paper;

namespace PaxosWcf.Tests.Consensus;

/// <summary>The roles together in one replica.</summary>
[TestClass]
public sealed class ReplicaTests
{
    private readonly Effects _effects = new();
    private readonly Replica _replica = Start(boot: 1);

    public static IEnumerable<object[]> EveryMessage()
    {
        var samples = new Dictionary<Type, Message>();
        foreach (var message in Samples())
        {
            samples.Add(message.GetType(), message);
        }

        return typeof(Message).Assembly.GetTypes()
            .Where(type => type.IsSubclassOf(typeof(Message)))
            .Select(type => new object[] { samples[type] });
    }

    [TestMethod]
    [DynamicData(nameof(EveryMessage))]
    public void Replica_AnyMessage_IsTakenIn(Message message)
    {
        _replica.Step(new Envelope(R2, R1, message), _effects);
        _replica.Step(new Envelope(R2, R1, message), _effects);
        _replica.EndBatch(_effects);
        Assert.IsFalse(string.IsNullOrEmpty(message.ToString()));
    }

    /// <summary>A question has a lane to its peer; an answer goes back with the call that it answers.</summary>
    [TestMethod]
    [DynamicData(nameof(EveryMessage))]
    public void Lanes_AnyMessage_IsAQuestionOrAnAnswer(Message message)
    {
        var isQuestion = message is Prepare or PaxosWcf.Consensus.Accept or Recall or Learn or CatchUp or ReadSnapshot or Heartbeat or TakeOver or Propose or ReadIndex;

        Assert.AreEqual(isQuestion, Lanes.Of(message) is { } lane && Lanes.RulesOf(lane, bytesMax: 1).CallsMax > 0);
    }

    [TestMethod]
    public void Replica_MessageOfUnknownKind_IsADefect() =>
        Assert.ThrowsExactly<System.Diagnostics.UnreachableException>(
            () => _replica.Step(new Envelope(R2, R1, new Unknown()), _effects));

    [TestMethod]
    public void Replica_AcceptorIsDown_NeitherPromisesNorAccepts()
    {
        _replica.FailAcceptor();
        Hear(R2, new Prepare(Ballot(1, 2), Slot(1)));
        Hear(R2, Accept(Ballot(1, 2), Proposal(1, "v")));
        Assert.IsEmpty(_effects.Persists);
        Assert.IsEmpty(_effects.SendsAfterPersist);
        Assert.IsNull(_replica.Promised);
    }

    /// <summary>Else the call stays open, and all that is sent on its lane waits behind it: on real links for seconds.</summary>
    [TestMethod]
    [DataRow(true, DisplayName = "an acceptor that is down")]
    [DataRow(false, DisplayName = "one that does not know the configuration")]
    public void Replica_GivesNoWord_AnswersAllTheSame(bool isDown)
    {
        var ballot = Ballot(1, 2) with { Configuration = isDown ? 0 : 3 };
        if (isDown)
        {
            _replica.FailAcceptor();
        }

        Hear(R2, new Prepare(ballot, Slot(1)));
        Hear(R2, Accept(ballot, Proposal(1, "v")));

        Assert.AreSequenceEqual(
            [new Rejected(ballot, PaxosWcf.Consensus.Ballot.None), new Rejected(ballot, PaxosWcf.Consensus.Ballot.None)], _effects.Sends.All<Rejected>());
        Assert.IsEmpty(_effects.SendsAfterPersist);
    }

    [TestMethod]
    public void Campaigner_ToldOfNothing_GoesOn()
    {
        Campaign();
        Hear(R2, new Rejected(Ballot(1, 1), PaxosWcf.Consensus.Ballot.None));
        Assert.AreEqual(Ballot(1, 1), _replica.Preparing!.Ballot);
    }

    [TestMethod]
    public void Recall_OfWhoIsNoMember_IsAnsweredWithNothing()
    {
        _replica.Step(new Envelope(R2, R1, new Recall(3, 77)) { Incarnation = new Incarnation(9) }, _effects);
        Assert.AreEqual(new RecallReply(0, null), _effects.Sends.Only<RecallReply>());
        Assert.IsEmpty(_effects.SendsAfterPersist);
    }

    /// <summary>A leader that stops to lead confirms nothing any more: who waits for it asks the next one at once.</summary>
    [TestMethod]
    public void Leader_Yields_TellsThoseWhoRead()
    {
        Lead();
        Hear(R4, new ReadIndex(4));
        Hear(R2, new Heartbeat(Ballot(2, 2), Leading: true, 5, PaxosWcf.Consensus.Slot.None));
        Assert.AreEqual(new ReadIndexReply(4, null, PaxosWcf.Consensus.Ballot.None, PaxosWcf.Consensus.Slot.None, null), _effects.Sends.Only<ReadIndexReply>());
    }

    /// <summary>It may have told an index that it only recovered, and lead again without what is there.</summary>
    [TestMethod]
    public void Read_SameLeaderUnderAnotherBallot_IsAskedForAnew()
    {
        Hear(R2, new Heartbeat(Ballot(1, 2), Leading: true, 5, PaxosWcf.Consensus.Slot.None));
        _replica.Read(1);
        _replica.EndBatch(_effects);
        var round = _effects.Sends.All<ReadIndex>().First().Round;
        Hear(R2, new ReadIndexReply(round, Slot(10), Ballot(1, 2), PaxosWcf.Consensus.Slot.None, R2));
        _replica.EndBatch(_effects);
        Assert.AreEqual(new ReadReady(1, Slot(10)), _effects.Answers.OfType<ReadReady>().Single());
        _effects.Clear();

        Hear(R2, new Heartbeat(Ballot(1, 2), Leading: true, 6, PaxosWcf.Consensus.Slot.None));
        _replica.EndBatch(_effects);
        Assert.IsEmpty(_effects.Sends.All<ReadIndex>().ToList());
        Hear(R2, new Heartbeat(Ballot(3, 2), Leading: true, 7, PaxosWcf.Consensus.Slot.None));
        _replica.EndBatch(_effects);
        Assert.IsNotEmpty(_effects.Sends.All<ReadIndex>().ToList());
    }

    /// <summary>Nobody is told of the promise of a replica that may not vote: it would never follow a leader below it, and serve no reads.</summary>
    [TestMethod]
    public void Replica_MayNotVote_FollowsALeaderBelowItsPromise()
    {
        var state = new ReplicaState(2, PaxosWcf.Consensus.Ballot.None, PaxosWcf.Consensus.Slot.None, new AcceptorState(Ballot(7, 3), [])) { Incarnation = new Incarnation(9) };
        var fenced = new Replica(R1, First, Options, state, new Random(1));
        Assert.AreEqual(Standing.Fenced, fenced.Standing);

        fenced.Step(new Envelope(R2, R1, new Heartbeat(Ballot(6, 2), Leading: true, 5, PaxosWcf.Consensus.Slot.None)), _effects);

        Assert.AreEqual(R2, fenced.Leader);
    }

    /// <summary>Whoever asks around is told of a campaign that reads a long report here, and of none that only began.</summary>
    [TestMethod]
    public void Replica_AskedWhomItHears_NamesTheCampaignThatItWaitsFor()
    {
        Hear(R2, new Prepare(Ballot(1, 2), Slot(1)));
        Assert.IsNull(Asked().Hears);
        Hear(R2, new Prepare(Ballot(1, 2), Slot(4)));
        Assert.AreEqual(R2, Asked().Hears);
        Assert.IsNull(_replica.Leader, "nothing is handed to it");
        Hear(R3, new Prepare(Ballot(2, 3), Slot(1)));
        Hear(R2, new Prepare(Ballot(1, 2), Slot(9)));
        for (var tick = 0; tick <= Options.CampaignTicks; tick++)
        {
            _replica.Tick(_effects);
        }

        Assert.IsNull(Asked().Hears, "what is not promised any more does not count");
    }

    /// <summary>It campaigns itself, and each page of a report gives it as long again as the first.</summary>
    [TestMethod]
    public void Campaign_ReadsALongReport_GoesOnAndSaysSo()
    {
        Campaign();
        Assert.IsNull(Asked().Hears);
        for (var page = 1; page < 9; page++)
        {
            Hear(R2, new Promise(Ballot(1, 1), Slot(page), PaxosWcf.Consensus.Slot.None, [Entry(page, Ballot(0, 2), "v")], Slot(page + 1)));
            for (var tick = 0; tick < Options.CampaignTicks; tick++)
            {
                _replica.Tick(_effects);
            }

            Assert.IsNotNull(_replica.Preparing);
            Assert.AreEqual(R1, Asked().Hears);
        }

        _replica.Tick(_effects);
        Assert.IsNull(_replica.Preparing);
    }

    [TestMethod]
    public void Replica_AcceptorIsDown_HeartbeatAnswerSaysSo()
    {
        _replica.FailAcceptor();
        Hear(R2, new Heartbeat(Ballot(1, 2), Leading: true, 5, PaxosWcf.Consensus.Slot.None));
        Assert.IsNull(_effects.Sends.Only<HeartbeatReply>().Promised);
    }

    [TestMethod]
    public void Replica_DoesNotLead_RefusesCommandsAndReadsAndNamesTheLeader()
    {
        Hear(R2, new Heartbeat(Ballot(1, 2), Leading: true, 5, PaxosWcf.Consensus.Slot.None));
        _effects.Clear();
        Hear(R3, new Propose([Command("x")]));
        Hear(R3, new ReadIndex(4));
        Assert.AreEqual(new ProposeReply(Taken: false, R2), _effects.Sends.Only<ProposeReply>());
        Assert.AreEqual(R2, _effects.Sends.Only<ReadIndexReply>().Leader);
        Assert.IsNull(_effects.Sends.Only<ReadIndexReply>().Index);
    }

    /// <summary>Or an overloaded leader would be sent everything again with every tick.</summary>
    [TestMethod]
    public void Replica_LeadersQueueIsFull_HandsOverAgainOnlyWhenDue()
    {
        Hear(R2, new Heartbeat(Ballot(1, 2), Leading: true, 5, PaxosWcf.Consensus.Slot.None));
        _replica.Propose("x"u8);
        _replica.EndBatch(_effects);
        _effects.Clear();
        Hear(R2, new ProposeReply(Taken: false, R2));
        for (var tick = 1; tick < Options.ResubmitTicks; tick++)
        {
            _replica.Tick(_effects);
            _replica.EndBatch(_effects);
        }

        Assert.IsEmpty(_effects.Sends.All<Propose>().ToList());
        _replica.Tick(_effects);
        _replica.EndBatch(_effects);
        Assert.HasCount(1, _effects.Sends.All<Propose>().ToList());
    }

    [TestMethod]
    public void Leader_AcceptRejected_Yields()
    {
        Lead();
        Hear(R2, new Rejected(Ballot(1, 1), Ballot(1, 1)));
        Assert.IsNotNull(_replica.Leading);
        Hear(R2, new Rejected(Ballot(1, 1), Ballot(4, 3)));
        Assert.IsNull(_replica.Leading);
    }

    [TestMethod]
    public void Leader_HeartbeatAnsweredWithHigherPromise_Yields()
    {
        Lead();
        Hear(R2, new HeartbeatReply(1, Ballot(9, 2), Hears: null, PaxosWcf.Consensus.Slot.None));
        Assert.IsNull(_replica.Leading);
    }

    /// <summary>One that counts the confirmations itself hears at once how far slots are chosen, and what was promised.</summary>
    [TestMethod]
    public void ReadIndex_OfOneThatCounts_IsAnsweredAtOnce_WithThePromise()
    {
        Lead();
        Hear(R4, new ReadIndex(4) { AskerConfirms = true });
        Assert.AreEqual(
            new ReadIndexReply(4, Slot(0), Ballot(1, 1), PaxosWcf.Consensus.Slot.None, R1) { AskerConfirms = true, Promised = PaxosWcf.Consensus.Ballot.None },
            _effects.Sends.Only<ReadIndexReply>());
        _effects.Clear();
        Hear(R1, new Prepare(Ballot(1, 1), Slot(1)));
        _effects.Clear();
        Hear(R4, new ReadIndex(5) { AskerConfirms = true });
        Assert.AreEqual(Ballot(1, 1), _effects.Sends.Only<ReadIndexReply>().Promised);
        _effects.Clear();
        _replica.FailAcceptor();
        Hear(R4, new ReadIndex(6) { AskerConfirms = true });
        Assert.IsNull(_effects.Sends.Only<ReadIndexReply>().Promised, "an acceptor that is down confirms nothing");
    }

    /// <summary>The change may have been chosen long ago, and another lead under what it began, with acceptors that none of those who confirm this one has anything to do with:
    /// of three voters one was replaced, its old disk still answers, and what was acknowledged by the new one and a third is not known here.</summary>
    [TestMethod]
    public void Leader_RecoversAChangeOfTheMembers_ServesNoReads()
    {
        var next = new Replace(R5, new Incarnation(5), "http://a:1 http://b:2").ApplyTo(First, out _)!;
        var change = PaxosWcf.Consensus.Value.Of([PaxosWcf.Consensus.Command.Create(new CommandId(R1, 1, 1), 0, next.Encode())]);
        Lead(new AcceptedEntry(Slot(1), Ballot(0, 3), change));
        Assert.IsTrue(_replica.Leading!.RecoversChange);

        Hear(R4, new ReadIndex(4) { AskerConfirms = true });
        Hear(R4, new ReadIndex(4));

        Assert.AreSequenceEqual(
            [(null, R1), (null, R1)], _effects.Sends.All<ReadIndexReply>().Select(reply => ((Slot?)reply.Index, reply.Leader!.Value)));
        Assert.IsEmpty(_effects.Answers);
    }

    [TestMethod]
    public void Leader_RecoversOtherValues_ServesReads()
    {
        Lead(Entry(1, Ballot(0, 3), "v"));
        Hear(R4, new ReadIndex(4) { AskerConfirms = true });
        Assert.AreEqual(Slot(1), _effects.Sends.Only<ReadIndexReply>().Index);
    }

    /// <summary>What an acceptor holds never becomes less: one that says so was set back, and does not report what it has forgotten.</summary>
    [TestMethod]
    [DataRow(8L, false, DisplayName = "less than the leader told of")]
    [DataRow(9L, true, DisplayName = "as much")]
    public void Campaigner_PromiserHoldsLessThanIsKnown_DoesNotCount(long holds, bool counts)
    {
        var told = new Remembered(R3, Incarnation.First, 1, 11, Ballot(1, 2), Slot(9));
        Hear(R2, new Heartbeat(Ballot(1, 2), Leading: true, 1, PaxosWcf.Consensus.Slot.None) { Roll = [told] });
        Hear(R2, new TakeOver(Ballot(1, 2), PaxosWcf.Consensus.Slot.None));
        var ballot = _replica.Preparing!.Ballot;
        Hear(R1, Promise(ballot));
        Hear(R2, Promise(ballot));

        Hear(R3, Promise(ballot) with { HeldThrough = Slot(holds) });

        Assert.AreEqual(counts, _replica.Leading is not null);
    }

    /// <summary>A promise never falls: a promiser that does not know any more of one that others know of was set back, and does not report what it accepted under it. It
    /// does not count in a later campaign either, when it has promised more since; and it is told when this replica leads.</summary>
    [TestMethod]
    [DataRow(0L, false, DisplayName = "it knows of a lower one")]
    [DataRow(1L, true, DisplayName = "it knows of that one")]
    [DataRow(null, true, DisplayName = "it was started since it promised")]
    public void Campaigner_PromiserHasForgottenAPromise_DoesNotCount(long? before, bool counts)
    {
        var told = new Remembered(R3, Incarnation.First, 1, 11, Ballot(1, 2), Slot(9));
        Hear(R2, new Heartbeat(Ballot(1, 2), Leading: true, 1, PaxosWcf.Consensus.Slot.None) { Roll = [told] });
        Hear(R2, new TakeOver(Ballot(1, 2), PaxosWcf.Consensus.Slot.None));
        var ballot = _replica.Preparing!.Ballot;
        Hear(R1, Promise(ballot));
        Hear(R2, Promise(ballot));

        var promise = Promise(ballot) with { HeldThrough = Slot(9), PromisedBefore = before is { } round ? Ballot(round, 2) : null };
        Hear(R3, promise);
        Hear(R3, promise with { PromisedBefore = Ballot(1, 2) });

        Assert.AreEqual(counts, _replica.Leading is not null);
        _effects.Clear();
        Hear(R4, Promise(ballot));
        Assert.IsNotNull(_replica.Leading);
        var boot = counts ? 1 : Remembered.DiskWasSetBack;
        if (!counts)
        {
            Assert.AreEqual(boot, _effects.Sends.All<Heartbeat>().First().Roll.Single(heard => heard.Member == R3).Boot, "it is told");
        }

        Hear(R3, new Recall(1, 11));
        Assert.AreEqual(boot, _effects.SendsAfterPersist.Only<RecallReply>().Seen!.Boot);
    }

    /// <summary>It confirms no reads and takes no values of its own any more; and whoever it promised may never lead, unheard by the others.</summary>
    [TestMethod]
    public void Leader_ItsOwnAcceptorPromisesAnother_Yields()
    {
        Lead();
        Hear(R2, new Prepare(Ballot(2, 2), Slot(1)));
        Assert.IsNull(_replica.Leading);
        Assert.AreEqual(Ballot(2, 2), _replica.Promised);
    }

    /// <summary>Rounds are counted from the starts of a disk, and an emptied one counts its starts anew.</summary>
    [TestMethod]
    [DataRow(false, 7L, DisplayName = "of an earlier life")]
    [DataRow(true, 0L, DisplayName = "of this one")]
    public void Read_AnswerToALifeOfTheDisk_IsTakenForThatOnly(bool isTaken, long life)
    {
        Hear(R2, new Heartbeat(Ballot(1, 2), Leading: true, 5, PaxosWcf.Consensus.Slot.None));
        _replica.Read(1);
        _replica.EndBatch(_effects);
        var round = _effects.Sends.All<ReadIndex>().First().Round;
        _effects.Clear();
        _replica.Step(
            new Envelope(R2, R1, new ReadIndexReply(round, Slot(10), Ballot(1, 2), Slot(10), R2)) { Asker = new Incarnation(life) }, _effects);
        Assert.AreEqual(isTaken, _effects.Answers.OfType<ReadReady>().Any());
    }

    /// <summary>A read is not served by a leader that a quorum has not confirmed since the read came.</summary>
    [TestMethod]
    public void Leader_ReadIndexAsked_AnswersAfterAQuorumOfHeartbeatAnswers()
    {
        Lead();
        Hear(R4, new ReadIndex(4));
        _replica.EndBatch(_effects);
        var round = _effects.Sends.All<Heartbeat>().Last().Round;
        _effects.Clear();
        Hear(R2, new HeartbeatReply(round, Ballot(1, 1), R1, PaxosWcf.Consensus.Slot.None));
        Assert.IsEmpty(_effects.Sends);
        Hear(R3, new HeartbeatReply(round, Promised: null, R1, PaxosWcf.Consensus.Slot.None));
        Assert.IsEmpty(_effects.Sends, "an acceptor that is down confirms nothing");
        Hear(R5, new HeartbeatReply(round, Ballot(1, 1), R1, PaxosWcf.Consensus.Slot.None));
        Assert.AreEqual(new ReadIndexReply(4, Slot(0), Ballot(1, 1), PaxosWcf.Consensus.Slot.None, R1), _effects.Sends.Only<ReadIndexReply>());
    }

    /// <summary>What an earlier leader may have got chosen bounds every read from below, before it is chosen again.</summary>
    [TestMethod]
    public void Leader_NewWithRecoveredSlots_ReadIndexCoversThem()
    {
        Lead(Entry(1, Ballot(0, 2), "a"), Entry(2, Ballot(0, 2), "b"));
        Hear(R4, new ReadIndex(4));
        _replica.EndBatch(_effects);
        var round = _effects.Sends.All<Heartbeat>().Last().Round;
        foreach (var member in new[] { R2, R3 })
        {
            Hear(member, new HeartbeatReply(round, Ballot(1, 1), R1, PaxosWcf.Consensus.Slot.None));
        }

        Assert.AreEqual(Slot(2), _effects.Sends.Only<ReadIndexReply>().Index);
    }

    /// <summary>A recovered slot comes by catch-up, ahead of its votes: what follows it is learned, and its callers are told, before the
    /// leadership has counted that far (seed 15302966).</summary>
    [TestMethod]
    [DataRow(false, DisplayName = "the leader confirms")]
    [DataRow(true, DisplayName = "the asker confirms")]
    public void Leader_LearnedMoreThanItCounted_ReadIndexCoversIt(bool askerConfirms)
    {
        Lead(Entry(1, Ballot(0, 2), "a"));

        // What fills a value does not wait for the recovered slot.
        Hear(R1, new Propose([Command(new string('b', Options.BatchBytesMax), number: 2)]));
        _replica.EndBatch(_effects);
        Hear(R4, new CatchUpReply(Slot(1), [Value("a")], Slot(1)));
        foreach (var member in new[] { R1, R2, R3 })
        {
            Hear(member, new Accepted(Ballot(1, 1), [Slot(2)]));
        }

        Assert.AreEqual(Slot(2), _replica.LearnedThrough);
        Assert.AreEqual(Slot(0), _replica.Leading!.ChosenThrough, "the votes of slot 1 have not come");
        Hear(R4, new ReadIndex(4) { AskerConfirms = askerConfirms });
        _replica.EndBatch(_effects);
        var round = _effects.Sends.All<Heartbeat>().Last().Round;
        foreach (var member in new[] { R2, R3 })
        {
            Hear(member, new HeartbeatReply(round, Ballot(1, 1), R1, PaxosWcf.Consensus.Slot.None));
        }

        Assert.AreEqual(Slot(2), _effects.Sends.Only<ReadIndexReply>().Index);
    }

    [TestMethod]
    public void Replica_LeaderOfHigherBallotHeard_StopsLeading()
    {
        Lead();
        Hear(R2, new Heartbeat(Ballot(2, 2), Leading: true, 5, PaxosWcf.Consensus.Slot.None));
        Assert.IsNull(_replica.Leading);
        Assert.AreEqual(R2, _replica.Leader);
    }

    [TestMethod]
    public void Replica_LeaderBelowOwnPromiseHeard_IsNotFollowed()
    {
        Hear(R3, new Prepare(Ballot(7, 3), Slot(1)));
        Hear(R2, new Heartbeat(Ballot(6, 2), Leading: true, 5, PaxosWcf.Consensus.Slot.None));
        Assert.IsNull(_replica.Leader);
        Assert.AreEqual(Ballot(7, 3), _effects.Sends.Only<HeartbeatReply>().Promised);
    }

    [TestMethod]
    public void Rounds_OfAnotherStart_AreNeverUsedAgain()
    {
        Lead();
        var round = _effects.Sends.All<Heartbeat>().Max(heartbeat => heartbeat.Round);
        Assert.IsLessThan(2L << 40, round);
        var again = new Effects();
        var restarted = Start(boot: 2);
        AskAround(restarted, again);
        Assert.IsGreaterThan(2L << 40, again.Sends.All<Heartbeat>().Min(heartbeat => heartbeat.Round));
    }

    private static Replica Start(long boot) => new(
        R1, First, Options, new ReplicaState(boot, PaxosWcf.Consensus.Ballot.None, PaxosWcf.Consensus.Slot.None, AcceptorState.Fresh), new Random(1));

    private static void AskAround(Replica replica, Effects effects)
    {
        while (!effects.Sends.All<Heartbeat>().Any())
        {
            replica.Tick(effects);
        }
    }

    private void Hear(ReplicaId from, Message message) => _replica.Step(new Envelope(from, R1, message), _effects);

    private HeartbeatReply Asked()
    {
        _effects.Clear();
        Hear(R5, new Heartbeat(PaxosWcf.Consensus.Ballot.None, Leading: false, 9, PaxosWcf.Consensus.Slot.None));
        return _effects.Sends.Only<HeartbeatReply>();
    }

    private void Campaign()
    {
        AskAround(_replica, _effects);
        var round = _effects.Sends.All<Heartbeat>().First().Round;
        Hear(R2, new HeartbeatReply(round, PaxosWcf.Consensus.Ballot.None, Hears: null, PaxosWcf.Consensus.Slot.None));
        Hear(R3, new HeartbeatReply(round, PaxosWcf.Consensus.Ballot.None, Hears: null, PaxosWcf.Consensus.Slot.None));
    }

    private void Lead(params AcceptedEntry[] entries)
    {
        Campaign();
        foreach (var member in new[] { R1, R2, R3 })
        {
            Hear(member, Promise(Ballot(1, 1), entries));
        }

        Assert.IsNotNull(_replica.Leading);
        var round = _effects.Sends.All<Heartbeat>().Last().Round;
        Hear(R2, new HeartbeatReply(round, Ballot(1, 1), R1, PaxosWcf.Consensus.Slot.None));
        Hear(R3, new HeartbeatReply(round, Ballot(1, 1), R1, PaxosWcf.Consensus.Slot.None));
        _effects.Sends.RemoveAll(envelope => envelope.Message is not Heartbeat);
    }

    private static IEnumerable<Message> Samples()
    {
        yield return new Prepare(Ballot(1, 2), Slot(1));
        yield return Promise(Ballot(1, 2), Entry(1, Ballot(0, 3), "v"));
        yield return Accept(Ballot(1, 2), Proposal(1, "v"));
        yield return new Accepted(Ballot(1, 2), [Slot(1), Slot(2), Slot(4)]);
        yield return new Rejected(Ballot(1, 2), Ballot(2, 3));
        yield return new Learn(Ballot(1, 2), Slot(1));
        yield return new CatchUp(Slot(1));
        yield return new CatchUpReply(Slot(1), [Value("v")], Slot(1));
        yield return new Heartbeat(Ballot(1, 2), Leading: true, 1, PaxosWcf.Consensus.Slot.None);
        yield return new HeartbeatReply(1, Ballot(1, 2), R3, PaxosWcf.Consensus.Slot.None);
        yield return new Propose([Command("x")]);
        yield return new ProposeReply(Taken: false, R3);
        yield return new Recall(1, 7);
        yield return new RecallReply(7, Seen: null);
        yield return new ReadIndex(1);
        yield return new TakeOver(Ballot(1, 2), Slot(1));
        yield return new ReadIndexReply(1, Slot(1), Ballot(1, 2), Slot(1), R2);
        yield return new ReadSnapshot(4, 7);
        yield return new ReadSnapshotReply(4, 7, new byte[] { 1 });
    }

    private sealed record Unknown : Message;
}
