namespace PaxosWcf.Consensus;

/// <summary>Which voters are asked first: for a leader's values a majority, itself among them, and not all. The others hear of a value when it is
/// chosen, without a flush that nobody waits for. Whoever was late is asked after those that were not, or not for longer; and whoever
/// has been silent since, last of all. Now and then all are asked at once: who is not among the quickest majority so often in a row is asked after the
/// others from then on.</summary>
/// <remarks>"Thrifty" in Moraru, Andersen and Kaminsky, "There Is More Consensus in Egalitarian Parliaments" (2013), section 6.1. A leader that
/// always waits for the same majority is as slow as the slowest of it, which one that asks all is not: hence the comparison.
/// Nothing is chosen by fewer: a majority has each value on disk, as before.</remarks>
internal sealed class AskingOrder
{
    /// <summary>Among equals the next in a row is a toss of a coin: one of a thousand such rows is chance, and costs nothing.</summary>
    private const int OutrunMax = 10;

    private readonly List<Voter> _voters;
    private readonly int _majority;
    private long _lastLate;
    private ReplicaId[]? _all;

    /// <summary>Starts with the asking replica itself first, where it votes.</summary>
    public AskingOrder(ReplicaId self, Quorum quorum)
    {
        _voters = [.. quorum.Members.OrderBy(member => member != self).Select(member => new Voter(member))];
        _majority = quorum.Majority;
    }

    /// <summary>A majority: those that are asked at once.</summary>
    public IReadOnlyList<ReplicaId> First => All[.._majority];

    /// <summary>All voters, in the order in which they are asked.</summary>
    public ReplicaId[] All => _all ??= [.. _voters.OrderBy(voter => voter.Silent).ThenBy(voter => voter.Late).Select(voter => voter.Id)];

    /// <summary>A replica that was asked did not answer in time.</summary>
    public void OnLate(ReplicaId member)
    {
        if (Find(member) is { } voter)
        {
            (voter.Silent, voter.Late) = (true, ++_lastLate);
            _all = null;
        }
    }

    /// <summary>A replica voted, in time or late.</summary>
    public void OnVote(ReplicaId member)
    {
        if (Find(member) is { Silent: true } voter)
        {
            voter.Silent = false;
            _all = null;
        }
    }

    /// <summary>All were asked at once, and a majority has answered.</summary>
    /// <param name="quickest">Who is among it.</param>
    public void OnAllAsked(Votes quickest)
    {
        foreach (var voter in _voters)
        {
            voter.Outrun = quickest.Has(voter.Id) ? 0 : voter.Outrun + 1;
            if (voter.Outrun == OutrunMax)
            {
                (voter.Late, voter.Outrun) = (++_lastLate, 0);
                _all = null;
            }
        }
    }

    private Voter? Find(ReplicaId member) => _voters.Find(voter => voter.Id == member);

    private sealed class Voter(ReplicaId id)
    {
        public ReplicaId Id { get; } = id;

        public bool Silent { get; set; }

        // Which lateness of all was its last; 0: it never was.
        public long Late { get; set; }

        // How often in a row a majority was quicker.
        public int Outrun { get; set; }
    }
}
