using PaxosWcf.Consensus;
using static PaxosWcf.Tests.Consensus.Paper;

namespace PaxosWcf.Tests.Consensus;

/// <summary>What belongs to an earlier leadership of the same proposer, and comes late, counts for nothing in this one.</summary>
[TestClass]
public sealed class EarlierLeadershipTests
{
    private readonly Effects _effects = new();
    private readonly Proposer _proposer = new(R1, First, Options, PaxosWcf.Consensus.Ballot.None);

    /// <summary>A proposal is chosen when a majority accepted *that* proposal: number and value, not the slot alone.</summary>
    [TestMethod]
    public void Proposer_AcceptedUnderItsEarlierBallot_DoesNotCount()
    {
        var earlier = Lead("lost");
        _proposer.Yield("a test wants it", _effects);
        var now = Lead("wanted");

        Assert.IsEmpty(Accepted(R2, earlier));
        Assert.IsEmpty(Accepted(R3, earlier));
        Assert.IsEmpty(Accepted(R4, earlier), "three acceptors hold the value of the earlier ballot, none that of this one");
        Assert.IsEmpty(Accepted(R2, now));
        Assert.IsEmpty(Accepted(R3, now));

        Assert.AreEqual(Value("wanted"), Accepted(R4, now).Single().Value);
    }

    private Ballot Lead(string payload)
    {
        _proposer.Campaign(PaxosWcf.Consensus.Slot.None, _effects);
        foreach (var acceptor in new[] { R1, R2, R3 })
        {
            _proposer.OnPromise(new Envelope(acceptor, R1, Promise(_proposer.Ballot)), Promise(_proposer.Ballot), _effects);
        }

        Assert.IsTrue(_proposer.TryLead(PaxosWcf.Consensus.Slot.None, round: 0, _effects));
        _proposer.Leading!.Enqueue([Command(payload)]);
        _proposer.EndBatch(_effects);
        return _proposer.Ballot;
    }

    private IReadOnlyList<Proposal> Accepted(ReplicaId from, Ballot ballot)
    {
        var accepted = new Accepted(ballot, [Slot(1)]);
        return _proposer.OnAccepted(new Envelope(from, R1, accepted), accepted);
    }
}
