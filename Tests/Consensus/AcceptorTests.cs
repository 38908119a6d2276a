using PaxosWcf.Consensus;
using static PaxosWcf.Tests.Consensus.Paper;

namespace PaxosWcf.Tests.Consensus;

/// <summary>"Paxos Made Simple", sections 2.2 and 2.5: what an acceptor owes.</summary>
[TestClass]
public sealed class AcceptorTests
{
    private readonly Effects _effects = new();
    private Acceptor _acceptor = Fresh();

    /// <summary>"P1. An acceptor must accept the first proposal that it receives."</summary>
    [TestMethod]
    public void Acceptor_FirstProposal_Accepted()
    {
        Accept(Paper.Accept(Ballot(1, 1), Proposal(1, "v")));
        Assert.AreSequenceEqual([Slot(1)], _effects.SendsAfterPersist.Only<Accepted>().Slots);
    }

    /// <summary>"P1a. An acceptor can accept a proposal numbered n iff it has not responded to a prepare request having
    /// a number greater than n."</summary>
    [TestMethod]
    public void Acceptor_PromisedHigher_DoesNotAccept()
    {
        Prepare(Ballot(2, 2));
        _effects.Clear();
        Accept(Paper.Accept(Ballot(1, 1), Proposal(1, "v")));
        Assert.AreEqual(Ballot(2, 2), _effects.Sends.Only<Rejected>().Promised);
        Assert.IsEmpty(_effects.SendsAfterPersist);
        Assert.IsEmpty(_effects.Persists);
        Assert.IsNull(_acceptor.At(Slot(1)));
    }

    /// <summary>"… iff …": the same number, or a higher one that was never prepared here, is accepted.</summary>
    [TestMethod]
    [DataRow(2, 2)]
    [DataRow(2, 3)]
    [DataRow(9, 1)]
    public void Acceptor_NothingHigherPromised_Accepts(long round, int proposer)
    {
        Prepare(Ballot(2, 2));
        Accept(Paper.Accept(Ballot(round, proposer), Proposal(1, "v")));
        Assert.AreEqual(Ballot(round, proposer), _acceptor.At(Slot(1))?.Ballot);
        Assert.AreEqual(Ballot(round, proposer), _acceptor.Promised);
    }

    /// <summary>"If an acceptor receives a prepare request with number n greater than that of any prepare request to
    /// which it has already responded, then it responds to the request with a promise not to accept any more proposals
    /// numbered less than n …"</summary>
    [TestMethod]
    public void Acceptor_HigherPrepare_Promises()
    {
        Prepare(Ballot(2, 2));
        Assert.AreEqual(Ballot(2, 2), _effects.SendsAfterPersist.Only<Promise>().Ballot);
        Assert.AreEqual(Ballot(2, 2), _acceptor.Promised);
    }

    /// <summary>So that whoever knows of a promise finds out when it is forgotten.</summary>
    [TestMethod]
    public void Acceptor_Promises_SaysWhatItHadPromisedBefore()
    {
        Prepare(Ballot(2, 2));
        Assert.AreEqual(PaxosWcf.Consensus.Ballot.None, _effects.SendsAfterPersist.Only<Promise>().PromisedBefore);
        Accept(Paper.Accept(Ballot(3, 3), Proposal(1, "v")));
        foreach (var repeat in new[] { "first", "again" })
        {
            _effects.Clear();
            Prepare(Ballot(4, 2));
            Assert.AreEqual(Ballot(3, 3), _effects.SendsAfterPersist.Only<Promise>().PromisedBefore, repeat);
        }

        _acceptor = new Acceptor(R1, Options, new AcceptorState(Ballot(4, 2), []), PaxosWcf.Consensus.Slot.None);
        _effects.Clear();
        Prepare(Ballot(4, 2));
        Assert.IsNull(_effects.SendsAfterPersist.Only<Promise>().PromisedBefore, "the disk does not tell");
    }

    /// <summary>"… and with the highest-numbered proposal (if any) that it has accepted."</summary>
    [TestMethod]
    public void Acceptor_Promising_ReportsHighestNumberedAcceptedProposalOfEachSlot()
    {
        Accept(Paper.Accept(Ballot(1, 1), Proposal(1, "old"), Proposal(3, "other")));
        Accept(Paper.Accept(Ballot(2, 2), Proposal(1, "new")));
        _effects.Clear();
        Prepare(Ballot(3, 3));
        var promise = _effects.SendsAfterPersist.Only<Promise>();
        Assert.AreSequenceEqual([Entry(1, Ballot(2, 2), "new"), Entry(3, Ballot(1, 1), "other")], promise.Entries);
    }

    /// <summary>"So we have the acceptor ignore such a prepare request": one numbered below a promise.</summary>
    [TestMethod]
    public void Acceptor_LowerPrepare_RefusedAndNothingPromised()
    {
        Prepare(Ballot(2, 2));
        _effects.Clear();
        Prepare(Ballot(2, 1));
        Assert.AreEqual(Ballot(2, 2), _effects.Sends.Only<Rejected>().Promised);
        Assert.IsEmpty(_effects.SendsAfterPersist);
    }

    /// <summary>The same prepare request again is answered again, for the first answer may be lost: it gives no new
    /// promise.</summary>
    [TestMethod]
    public void Acceptor_SamePrepareAgain_AnswersAgainAndWritesNothing()
    {
        Prepare(Ballot(2, 2));
        _effects.Clear();
        Prepare(Ballot(2, 2));
        Assert.IsEmpty(_effects.Persists);
        Assert.HasCount(1, _effects.SendsAfterPersist);
    }

    /// <summary>"An acceptor needs to remember only the highest-numbered proposal that it has ever accepted and the number
    /// of the highest-numbered prepare request to which it has responded. Because P2c must be kept invariant
    /// regardless of failures, an acceptor must remember this information even if it fails and then restarts."</summary>
    [TestMethod]
    public void Acceptor_Restarted_RemembersPromiseAndAccepted()
    {
        Accept(Paper.Accept(Ballot(1, 1), Proposal(1, "v")));
        Prepare(Ballot(5, 2));
        _acceptor = new Acceptor(R1, Options, StateOnDisk(), PaxosWcf.Consensus.Slot.None);
        _effects.Clear();
        Accept(Paper.Accept(Ballot(4, 4), Proposal(1, "w")));
        Assert.HasCount(1, _effects.Sends.All<Rejected>().ToList());
        Prepare(Ballot(6, 3));
        Assert.AreSequenceEqual([Entry(1, Ballot(1, 1), "v")], _effects.SendsAfterPersist.Only<Promise>().Entries);
    }

    /// <summary>To accept under a ballot is to promise it, also when only the accepted value reached the disk.</summary>
    [TestMethod]
    public void Acceptor_RestartedWithAcceptedAbovePromise_HasPromisedThat()
    {
        var state = new AcceptorState(Ballot(1, 1), [Entry(1, Ballot(3, 3), "v")]);
        Assert.AreEqual(Ballot(3, 3), new Acceptor(R1, Options, state, PaxosWcf.Consensus.Slot.None).Promised);
    }

    /// <summary>"An acceptor records its intended response in stable storage before actually sending the response."</summary>
    [TestMethod]
    public void Acceptor_Answering_RecordsBeforeItSends()
    {
        Prepare(Ballot(2, 2));
        Assert.AreSequenceEqual<Persist>([new PersistPromise(Ballot(2, 2))], _effects.Persists);
        Assert.IsEmpty(_effects.Sends);
        _effects.Clear();
        Accept(Paper.Accept(Ballot(2, 2), Proposal(1, "v")));
        Assert.AreSequenceEqual<Persist>([new PersistAccepted(Entry(1, Ballot(2, 2), "v"))], _effects.Persists);
        Assert.IsEmpty(_effects.Sends);
    }

    [TestMethod]
    public void Acceptor_SameAcceptAgain_AnswersAgainAndWritesNothing()
    {
        Accept(Paper.Accept(Ballot(2, 2), Proposal(1, "v")));
        _effects.Clear();
        Accept(Paper.Accept(Ballot(2, 2), Proposal(1, "v")));
        Assert.IsEmpty(_effects.Persists);
        Assert.AreSequenceEqual([Slot(1)], _effects.SendsAfterPersist.Only<Accepted>().Slots);
    }

    /// <summary>A chosen value needs no more votes: saying yes confirms what is, and nothing is written over it.</summary>
    [TestMethod]
    public void Acceptor_SlotLearnedAlready_SaysYesAndWritesNothing()
    {
        Accept(Paper.Accept(Ballot(2, 2), Proposal(1, "v")));
        _acceptor.ForgetThrough(Slot(1));
        _effects.Clear();
        Accept(Paper.Accept(Ballot(2, 2), Proposal(1, "v")), learnedThrough: 1);
        Assert.AreSequenceEqual([Slot(1)], _effects.SendsAfterPersist.Only<Accepted>().Slots);
        Assert.IsEmpty(_effects.Persists);
    }

    [TestMethod]
    public void Acceptor_SlotsUpToAheadMax_AcceptedAndNoFurther()
    {
        var last = 7 + Options.AcceptAheadMax;
        Accept(Paper.Accept(Ballot(1, 1), Proposal(last, "v"), Proposal(last + 1, "w")), learnedThrough: 7);
        Assert.AreSequenceEqual([Slot(last)], _effects.SendsAfterPersist.Only<Accepted>().Slots);
        Assert.HasCount(2, _effects.Persists);
    }

    [TestMethod]
    public void Acceptor_ReportAboveMessageLimit_CutIntoPages()
    {
        var bytes = Value("v").Bytes.Length;
        _acceptor = new Acceptor(R1, Options with { ReportBytesMax = 2 * bytes }, AcceptorState.Fresh, PaxosWcf.Consensus.Slot.None);
        Accept(Paper.Accept(Ballot(1, 1), Proposal(1, "v"), Proposal(2, "v"), Proposal(3, "v"), Proposal(4, "v"), Proposal(5, "v")));
        var pages = new List<Promise>();
        for (Slot? from = Slot(1); from is { } at; from = pages[^1].ContinueFrom)
        {
            _effects.Clear();
            Prepare(Ballot(2, 2), at);
            pages.Add(_effects.SendsAfterPersist.Only<Promise>());
        }

        Assert.AreSequenceEqual([2, 2, 1], pages.Select(page => page.Entries.Count));
        Assert.AreSequenceEqual([1L, 2, 3, 4, 5], pages.SelectMany(page => page.Entries).Select(entry => entry.Slot.Number));
    }

    [TestMethod]
    public void Acceptor_OneValueAboveMessageLimit_TravelsAlone()
    {
        _acceptor = new Acceptor(R1, Options with { ReportBytesMax = 1 }, AcceptorState.Fresh, PaxosWcf.Consensus.Slot.None);
        Accept(Paper.Accept(Ballot(1, 1), Proposal(1, "v"), Proposal(2, "v")));
        _effects.Clear();
        Prepare(Ballot(2, 2));
        Assert.HasCount(1, _effects.SendsAfterPersist.Only<Promise>().Entries);
    }

    private static Acceptor Fresh() => new(R1, Options, AcceptorState.Fresh, PaxosWcf.Consensus.Slot.None);

    private void Prepare(Ballot ballot, Slot? from = null)
    {
        var prepare = new Prepare(ballot, from ?? Slot(1));
        _acceptor.OnPrepare(new Envelope(ballot.Proposer, R1, prepare), prepare, PaxosWcf.Consensus.Slot.None, _effects);
    }

    private void Accept(Accept accept, long learnedThrough = 0) =>
        _acceptor.OnAccept(new Envelope(accept.Ballot.Proposer, R1, accept), accept, Slot(learnedThrough), _effects);

    private AcceptorState StateOnDisk() => new(
        _effects.Persists.OfType<PersistPromise>().Last().Ballot,
        [.. _effects.Persists.OfType<PersistAccepted>().Select(record => record.Entry)]);
}
