namespace PaxosWcf.Consensus;

/// <summary>How each voter gets on with what a leader asked of it. Accepts go to a voter one after the other, so one that answers works through
/// those that wait for it, and to send these again would only make it slower: large values take long. What is to be sent again is what one is silent about, each
/// time after twice the patience, or what it must have lost, for it answered something that was asked later.</summary>
/// <remarks>The same two signs, and the doubling, as of TCP: RFC 6298 (5.5) and RFC 5681, section 3.2. That messages may overtake each other costs a
/// message that was not needed, no more.</remarks>
internal sealed class VoterProgress
{
    private const int DoublingsMax = 3;

    private readonly int _patience;
    private readonly Dictionary<ReplicaId, Progress> _voters;

    /// <summary>Starts with nothing asked of anybody.</summary>
    /// <param name="quorum">The voters.</param>
    /// <param name="patience">Ticks after which silence is taken for a loss, the first time.</param>
    public VoterProgress(Quorum quorum, int patience)
    {
        _patience = patience;
        _voters = quorum.Members.ToDictionary(member => member, _ => new Progress());
    }

    /// <summary>A voter said yes to something.</summary>
    /// <param name="member">The voter.</param>
    /// <param name="asked">Which time of all it was first asked for the latest of that; 0 where it is not known any more.</param>
    public void OnVote(ReplicaId member, long asked)
    {
        if (_voters.TryGetValue(member, out var voter))
        {
            voter.SilentTicks = 0;
            voter.Doublings = 0;
            voter.Furthest = Math.Max(voter.Furthest, asked);
        }
    }

    /// <summary>A tick passes while a voter owes answers, or none.</summary>
    public void Tick(ReplicaId member, bool owes)
    {
        var voter = _voters[member];
        voter.SilentTicks = owes ? voter.SilentTicks + 1 : 0;
    }

    /// <summary>For how many ticks a voter has said nothing to what it was asked.</summary>
    public int SilentTicks(ReplicaId member) => _voters[member].SilentTicks;

    /// <summary>Whether a voter answered something that it was asked for later than, the last time, for this.</summary>
    public bool IsBeyond(ReplicaId member, Flight flight) => _voters[member].Furthest > flight.LastAsked(member);

    /// <summary>Whether a voter has been silent for so long that what it was asked is taken for lost.</summary>
    public bool IsSilent(ReplicaId member)
    {
        var voter = _voters[member];
        return voter.SilentTicks >= _patience << voter.Doublings;
    }

    /// <summary>A voter that was silent was sent again what it owes.</summary>
    public void OnAskedAgain(ReplicaId member)
    {
        var voter = _voters[member];
        voter.SilentTicks = 0;
        voter.Doublings = Math.Min(voter.Doublings + 1, DoublingsMax);
    }

    private sealed class Progress
    {
        public int SilentTicks { get; set; }

        public int Doublings { get; set; }

        public long Furthest { get; set; }
    }
}
