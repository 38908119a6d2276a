namespace PaxosWcf.Consensus;

/// <summary>A starting voter's question to the others: what do you remember of me? Until a majority, itself included, has
/// answered, it neither promises nor accepts; and it never does so when anybody remembers more than its disk holds.</summary>
/// <remarks>All answer from what they have on disk, whether or not they are allowed to vote themselves, so that a cluster that
/// starts as a whole does not wait for itself.</remarks>
internal sealed class RollCall
{
    private readonly Remembered _disk;
    private readonly ConsensusOptions _options;
    private Votes _answers;
    private int _ticks;

    /// <summary>Begins.</summary>
    /// <param name="disk">What the disk holds.</param>
    /// <param name="quorum">The voters.</param>
    /// <param name="options">Patience.</param>
    /// <param name="isOver">Nobody is asked.</param>
    public RollCall(Remembered disk, Quorum quorum, ConsensusOptions options, bool isOver)
    {
        IsOver = isOver;
        _disk = disk;
        _options = options;
        _answers = quorum.NoVotes();
        _answers.Add(disk.Member);
    }

    /// <summary>Whether a majority remembers nothing that the disk does not hold.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The voters are others than before: those who have answered count no more.</summary>
    public void AskAnew(Quorum quorum)
    {
        _answers = quorum.NoVotes();
        _answers.Add(_disk.Member);
        _ticks = 0;
    }

    /// <summary>Somebody answered. Returns what is remembered beyond what the disk holds, or null.</summary>
    public Remembered? OnAnswer(ReplicaId from, RecallReply reply)
    {
        if (reply.Start != _disk.Start)
        {
            return null;
        }

        if (reply.Seen?.IsBeyond(_disk) == true)
        {
            return reply.Seen;
        }

        _answers.Add(from);
        IsOver |= _answers.IsQuorum;
        return null;
    }

    /// <summary>Time passes: asks those who have not answered, at once and then from time to time.</summary>
    public void Tick(Quorum quorum, Effects effects)
    {
        IsOver |= _answers.IsQuorum;
        if (IsOver || _ticks++ % _options.RetransmitTicks != 0)
        {
            return;
        }

        foreach (var member in quorum.Members.Where(member => !_answers.Has(member)))
        {
            effects.Sends.Add(new Envelope(_disk.Member, member, new Recall(_disk.Boot, _disk.Start)));
        }
    }
}
