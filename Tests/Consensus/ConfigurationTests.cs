using PaxosWcf.Consensus;
using static PaxosWcf.Tests.Consensus.Paper;

namespace PaxosWcf.Tests.Consensus;

/// <summary>Changes of who is in the cluster: a stop-sign ends a configuration, and each ballot belongs to one.</summary>
[TestClass]
public sealed class ConfigurationTests
{
    private static readonly PaxosWcf.Consensus.Configuration Second =
        new Remove(R5).ApplyTo(First, out _) ?? throw new InvalidOperationException();

    private readonly Effects _effects = new();

    [TestMethod]
    public void Configuration_WrittenAndRead_IsTheSame()
    {
        var configuration = new AddLearner(new ReplicaId(6), new Incarnation(-7), "http://a:1 http://b:2").ApplyTo(Second, out _)!;
        Assert.IsTrue(PaxosWcf.Consensus.Configuration.TryRead(configuration.Encode(), out var read));
        Assert.AreEqual(2, read.Number);
        Assert.AreSequenceEqual(configuration.Members, read.Members);
        Assert.AreEqual(3, read.Quorum.Majority);
    }

    [TestMethod]
    public void Configuration_CutOrLengthened_IsNotRead()
    {
        var bytes = Second.Encode();
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.IsFalse(PaxosWcf.Consensus.Configuration.TryRead(bytes.AsSpan(0, length), out _), $"{length} bytes");
        }

        Assert.IsFalse(PaxosWcf.Consensus.Configuration.TryRead([.. bytes, 0], out _));
    }

    [TestMethod]
    public void Change_NotTheNextNumber_BeginsNothing()
    {
        Assert.AreEqual(1, First.Next(Stop())?.Number, "the next");
        Assert.IsNull(Second.Next(Stop()), "the same again");
    }

    /// <summary>To pass over it would be to have two configurations at once: those of the newer build go by the next one.</summary>
    [TestMethod]
    public void Change_OfANewerBuild_StopsTheReplica()
    {
        var bytes = Second.Encode();
        bytes[1]++;
        var value = PaxosWcf.Consensus.Value.Of([PaxosWcf.Consensus.Command.Create(new CommandId(R1, 1, 1), 0, bytes)]);

        var stops = Assert.ThrowsExactly<NewerBuildException>(() => First.Next(value));

        Assert.Contains("in a form that this build does not know", stops.Message);
    }

    [TestMethod]
    public void Change_ThatMakesNoSense_IsRefusedWithASentence()
    {
        MembershipChange[] changes =
        [
            new AddLearner(new ReplicaId(6), new Incarnation(1), new string('a', PaxosWcf.Consensus.Configuration.AddressesBytesMax + 1)),
            new Replace(R3, new Incarnation(1), new string('中', 400)),
            new AddLearner(R1, new Incarnation(1), ""), new Promote(R1), new Promote(new ReplicaId(9)), new Remove(new ReplicaId(9)),
            new Readmit(R1, Incarnation.First), new Replace(R1, Incarnation.First, ""), new Readmit(new ReplicaId(9), new Incarnation(1)),
        ];
        foreach (var change in changes)
        {
            Assert.IsNull(change.ApplyTo(First, out var refusal), $"{change}");
            Assert.EndsWith(".", refusal);
        }
    }

    [TestMethod]
    public void AddLearner_AtTheMostMembers_IsRefused_AndTakenOnceOneIsGone()
    {
        var full = First;
        for (var id = First.Members.Count + 1; id <= 31; id++)
        {
            full = Learner(id).ApplyTo(full, out var refusal) ?? throw new AssertFailedException(refusal);
        }

        Assert.HasCount(31, full.Members);
        Assert.IsNull(Learner(32).ApplyTo(full, out var why));
        Assert.AreEqual("There are 31 members, and a configuration has at most 31; remove one first.", why);
        Assert.IsNotNull(new Remove(new ReplicaId(31)).ApplyTo(full, out _) is { } room ? Learner(32).ApplyTo(room, out _) : null);

        static AddLearner Learner(int id) => new(new ReplicaId(id), new Incarnation(id), "");
    }

    [TestMethod]
    public void Ballot_OfALaterConfiguration_IsAboveEveryEarlierOne() =>
        Assert.IsGreaterThan(Ballot(99, 5), Ballot(1, 1) with { Configuration = 1 });

    /// <summary>A stop-sign that a quorum may have accepted is proposed again, and nothing beyond it.</summary>
    [TestMethod]
    public void SafeValues_StopSignIsTheHighest_EndWithIt()
    {
        var values = Safe(new AcceptedEntry(Slot(2), Ballot(2, 2), Stop()), Entry(3, Ballot(1, 1), "junk of an earlier leader"));
        Assert.AreSequenceEqual([Slot(1), Slot(2)], values.Select(proposal => proposal.Slot).ToArray());
        Assert.AreEqual(Stop(), values[^1].Value);
    }

    /// <summary>A later leader went past the stop-sign, so that was never chosen; what it proposed beyond may be.</summary>
    [TestMethod]
    public void SafeValues_LaterLeaderWentPastAStopSign_StopSignIsNothing()
    {
        var values = Safe(new AcceptedEntry(Slot(2), Ballot(2, 2), Stop()), Entry(3, Ballot(3, 3), "perhaps chosen"));
        Assert.AreEqual(PaxosWcf.Consensus.Value.Noop, values[1].Value);
        Assert.AreEqual(Value("perhaps chosen"), values[2].Value);
    }

    [TestMethod]
    public void Leader_StopSignInFlight_ProposesNothingBeyond()
    {
        var leading = new Leading(First, Options with { PartialSlotsMax = 3 }, Ballot(2, 1), PaxosWcf.Consensus.Slot.None, [], round: 0);
        leading.Enqueue([Command("before", number: 1), StopCommand(2), Command("after", number: 3)]);
        leading.EndBatch(R1, _effects);
        var slots = _effects.Sends.All<Accept>().SelectMany(accept => accept.Proposals).DistinctBy(proposal => proposal.Slot).ToArray();
        Assert.HasCount(2, slots);
        Assert.IsNotNull(slots[1].Value.Change);
        Assert.IsTrue(leading.Changes);
    }

    /// <summary>Else, were all who know of the later configuration to die, nobody could find its stop-sign any more.</summary>
    [TestMethod]
    public void Replica_BallotOfAnUnknownConfiguration_NeitherPromisesNorAccepts()
    {
        var replica = Start();
        replica.Step(new Envelope(R2, R1, new Prepare(Ballot(1, 2) with { Configuration = 1 }, Slot(5))), _effects);
        replica.Step(new Envelope(R2, R1, Accept(Ballot(1, 2) with { Configuration = 1 }, Proposal(5, "v"))), _effects);
        Assert.IsEmpty(_effects.Persists);
        Assert.IsEmpty(_effects.SendsAfterPersist);
        Assert.AreEqual(Slot(1), _effects.Sends.Only<CatchUp>().From);
    }

    [TestMethod]
    public void Replica_DiskIsAnotherLife_NeitherPromisesNorAccepts()
    {
        var replica = Start(state => state with { Incarnation = new Incarnation(77) });
        replica.Step(new Envelope(R2, R1, new Prepare(Ballot(1, 2), Slot(1))), _effects);
        replica.Step(new Envelope(R2, R1, Accept(Ballot(1, 2), Proposal(1, "v"))), _effects);
        Assert.IsEmpty(_effects.Persists);
        Assert.IsEmpty(_effects.SendsAfterPersist);
        Assert.AreEqual(Standing.Fenced, replica.Standing);
        Assert.IsTrue(replica.RefusesCommands);
    }

    [TestMethod]
    public void Replica_WordOfALifeThatIsNoMember_DoesNotCount()
    {
        var replica = Campaigning(out var ballot);
        foreach (var other in new[] { R2, R3 })
        {
            replica.Step(new Envelope(other, R1, Promise(ballot)) { Incarnation = new Incarnation(5) }, _effects);
        }

        Assert.IsNull(replica.Leading);
    }

    /// <summary>Its value may have come by catch-up, ahead of its votes: then the leadership does not count it as chosen.</summary>
    [TestMethod]
    public void Leader_LearnsTheStopSignByCatchUp_TellsItToAll()
    {
        var replica = Leading();
        _effects.Clear();
        replica.Step(new Envelope(R4, R1, new CatchUpReply(Slot(1), [Stop()], Slot(1))), _effects);
        var told = _effects.Sends.Where(envelope => envelope.Message is Learn).ToList();
        Assert.AreSequenceEqual([R2, R3, R4, R5], told.Select(envelope => envelope.To));
        foreach (var learn in told.All<Learn>())
        {
            Assert.AreEqual(Slot(0), learn.ChosenThrough);
            Assert.AreEqual(Slot(1), learn.From);
            Assert.AreSequenceEqual([Stop()], learn.Values);
        }
    }

    /// <summary>Another life of the leader's own disk has not been heard: it may never come up.</summary>
    [TestMethod]
    public void Change_ReplacesTheLeader_ItsNewLifeIsNotHeard()
    {
        var replica = Leading();
        Assert.IsNull(replica.Change(new Replace(R1, new Incarnation(7), "http://a:1 http://b:2"), out var refused));
        Assert.Contains("0 are heard", refused!.Why);
        replica.Step(new Envelope(R2, R1, Reply(learned: 0)), _effects);
        replica.Step(new Envelope(R3, R1, Reply(learned: 0)), _effects);
        Assert.IsNull(replica.Change(new Replace(R1, new Incarnation(7), "http://a:1 http://b:2"), out refused));
        Assert.Contains("2 are heard", refused!.Why);
        replica.Step(new Envelope(R4, R1, Reply(learned: 0)), _effects);
        Assert.IsNotNull(replica.Change(new Replace(R1, new Incarnation(7), "http://a:1 http://b:2"), out _));
    }

    [TestMethod]
    public void Change_NobodyLeadsHere_MayPass()
    {
        Assert.IsNull(Start().Change(new Remove(R5), out var refusal));
        Assert.IsTrue(refusal!.MayPass);
    }

    [TestMethod]
    public void Change_MakesNoSense_NeverPasses()
    {
        Assert.IsNull(Leading().Change(new Promote(R2), out var refusal));
        Assert.IsFalse(refusal!.MayPass);
    }

    /// <summary>Whoever has just been elected has heard nobody yet; whoever has led for long has heard all that are there.</summary>
    [TestMethod]
    public void Change_TooFewVotersHeard_MayPassOnlyWhileTheLeaderIsNew()
    {
        var replica = Leading();
        Assert.IsNull(replica.Change(new Remove(R2), out var atFirst));
        Assert.IsTrue(atFirst!.MayPass);
        Assert.Contains("1 is heard", atFirst.Why);
        for (var tick = 0; tick < Options.YieldTicks; tick++)
        {
            _effects.Clear();
            replica.Tick(_effects);
            foreach (var beat in _effects.Sends.All<Heartbeat>().Take(1))
            {
                HearNobody(replica, beat);
            }
        }

        Assert.IsNull(replica.Change(new Remove(R2), out var later));
        Assert.IsFalse(later!.MayPass);
        Assert.Contains("2 are heard", later.Why);
    }

    private static HeartbeatReply Reply(long learned) => new(1, PaxosWcf.Consensus.Ballot.None, null, Slot(learned));

    private static Command StopCommand(long number) =>
        PaxosWcf.Consensus.Command.Create(new CommandId(R1, 1, number), 0, Second.Encode());

    private static Value Stop() => PaxosWcf.Consensus.Value.Of([StopCommand(1)]);

    private static Replica Start(Func<ReplicaState, ReplicaState>? with = null)
    {
        var state = new ReplicaState(1, PaxosWcf.Consensus.Ballot.None, PaxosWcf.Consensus.Slot.None, AcceptorState.Fresh);
        return new Replica(R1, First, Options, with is null ? state : with(state), new Random(1));
    }

    private Replica Leading()
    {
        var replica = Campaigning(out var ballot);
        replica.Step(new Envelope(R2, R1, Promise(ballot)), _effects);
        replica.Step(new Envelope(R3, R1, Promise(ballot)), _effects);
        Assert.IsNotNull(replica.Leading);
        return replica;
    }

    private void HearNobody(Replica replica, Heartbeat asked)
    {
        foreach (var other in new[] { R2, R3 })
        {
            replica.Step(new Envelope(other, R1, new HeartbeatReply(asked.Round, null, null, PaxosWcf.Consensus.Slot.None)), _effects);
        }
    }

    private Replica Campaigning(out Ballot ballot)
    {
        var replica = Start();
        for (var tick = 0; replica.Preparing is null; tick++)
        {
            Assert.IsLessThan(100, tick);
            _effects.Clear();
            replica.Tick(_effects);
            foreach (var ask in _effects.Sends.All<Heartbeat>().Take(1))
            {
                HearNobody(replica, ask);
            }
        }

        ballot = replica.Preparing.Ballot;
        replica.Step(new Envelope(R1, R1, Promise(ballot)), _effects);
        return replica;
    }

    private IReadOnlyList<Proposal> Safe(params AcceptedEntry[] entries)
    {
        var proposer = new Proposer(R1, First, Options, PaxosWcf.Consensus.Ballot.None);
        proposer.Campaign(PaxosWcf.Consensus.Slot.None, _effects);
        var ballot = proposer.Ballot;
        foreach (var (member, reported) in new[] { (R1, entries), (R2, Array.Empty<AcceptedEntry>()), (R3, []) })
        {
            proposer.OnPromise(new Envelope(member, R1, Promise(ballot)), Promise(ballot, reported), _effects);
        }

        Assert.IsTrue(proposer.TryLead(PaxosWcf.Consensus.Slot.None, 0, _effects));
        return [.. _effects.Sends.All<Accept>().SelectMany(accept => accept.Proposals).DistinctBy(proposal => proposal.Slot).OrderBy(proposal => proposal.Slot)];
    }
}
