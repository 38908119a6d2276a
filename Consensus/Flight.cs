namespace PaxosWcf.Consensus;

/// <summary>A value that a leader proposes in a slot: who was asked for it, when in the order of all that they were asked for, and who said yes.</summary>
internal sealed class Flight(Value value, Quorum quorum)
{
    private readonly (long First, long Last)[] _asked = new (long, long)[quorum.Members.Count];

    public Value Value { get; } = value;

    public Votes Asked { get; } = quorum.NoVotes();

    public Votes Votes { get; } = quorum.NoVotes();

    public bool Chosen { get; set; }

    /// <summary>Since it was sent, or sent again.</summary>
    public int Ticks { get; set; }

    /// <summary>A voter is asked.</summary>
    /// <param name="member">The voter.</param>
    /// <param name="number">Which of all times that this leadership asked anybody for anything.</param>
    public void OnAsked(ReplicaId member, long number)
    {
        var place = quorum.PlaceOf(member);
        _asked[place] = (Asked.Has(member) ? _asked[place].First : number, number);
        Asked.Add(member);
    }

    /// <summary>Whether a voter was asked and has not answered.</summary>
    public bool Owes(ReplicaId member) => Asked.Has(member) && !Votes.Has(member);

    /// <summary>Which time of all a voter was asked first; 0 where it was not. An answer may be to this, whatever was sent again since
    /// (Karn's algorithm: RFC 6298, section 3).</summary>
    public long FirstAsked(ReplicaId member) => quorum.PlaceOf(member) is >= 0 and var place ? _asked[place].First : 0;

    /// <summary>Which time of all a voter was asked last; 0 where it was not.</summary>
    public long LastAsked(ReplicaId member) => quorum.PlaceOf(member) is >= 0 and var place ? _asked[place].Last : 0;
}
