namespace PaxosWcf.Consensus;

/// <summary>The linearizable reads of this replica's own clients: all that wait share one question to the leader, and
/// those that come while it is out share the next.</summary>
public sealed class ReadRounds
{
    private readonly ReplicaId _self;
    private readonly ConsensusOptions _options;
    private List<long> _waiting = [];
    private List<long> _asked = [];
    private long _round;
    private int _ticks;
    private bool _due;

    /// <summary>Starts with no reads.</summary>
    /// <param name="self">This replica.</param>
    /// <param name="round">Rounds count up from here; higher than any before, over all starts of the replica.</param>
    /// <param name="options">Patience.</param>
    public ReadRounds(ReplicaId self, long round, ConsensusOptions options)
    {
        _self = self;
        _round = round;
        _options = options;
    }

    /// <summary>A caller waits for the read index.</summary>
    public void Add(long read) => _waiting.Add(read);

    /// <summary>A caller waits no longer.</summary>
    public void GiveUp(long read)
    {
        if (!_waiting.Remove(read))
        {
            _asked.Remove(read);
        }
    }

    /// <summary>The leader answered. An answer to an older question answers nobody; after a
    /// refusal the question goes out again with the next tick.</summary>
    public void OnReadIndexReply(ReadIndexReply reply, Effects effects)
    {
        if (reply.Round != _round)
        {
            return;
        }

        if (reply.Index is not { } index)
        {
            _ticks = _options.RetransmitTicks;
            return;
        }

        foreach (var read in _asked)
        {
            effects.Answers.Add(new ReadReady(read, index));
        }

        _asked.Clear();
    }

    /// <summary>The leader changed: the question goes to the new one at once.</summary>
    public void AskAgain() => _due = _asked.Count > 0;

    /// <summary>Time passes: a question that stays unanswered is asked again.</summary>
    public void Tick()
    {
        if (_asked.Count > 0 && ++_ticks >= _options.RetransmitTicks)
        {
            _due = true;
        }
    }

    /// <summary>Asks what is to be asked.</summary>
    public void EndBatch(ReplicaId? leader, Effects effects)
    {
        if (leader is not { } to)
        {
            return;
        }

        if (_asked.Count == 0 && _waiting.Count > 0)
        {
            (_asked, _waiting) = (_waiting, _asked);
            _round++;
            _due = true;
        }

        if (_due)
        {
            _due = false;
            _ticks = 0;
            effects.Sends.Add(new Envelope(_self, to, new ReadIndex(_round)));
        }
    }
}
