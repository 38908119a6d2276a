using PaxosWcf.Consensus;

namespace PaxosWcf.Simulator;

/// <summary>The links between replicas as the host has them (its PeerLink and PeerLane): a question waits while a call of its lane is under way to the same peer, and leaves merged with
/// what else waits. Answers wait for nothing.</summary>
/// <param name="time">When calls are over.</param>
/// <param name="random">Draws how long they take.</param>
/// <param name="bytesMax">Bytes of values or commands that are gathered into one message, at most.</param>
/// <param name="carry">Carries a message over the network, and says, where the network knows, whether it arrived.</param>
internal sealed class SimulatedLinks(VirtualTime time, Random random, int bytesMax, Action<Envelope, Action<bool>> carry)
{
    // The host's: a call that takes longer than 2 s is given up, and its message may come all the same.
    private const int CallTimeMax = 40 * VirtualTime.Tick;

    // And as long again for each of so many parts of the largest message, as the host's CallPatience has it.
    private const int Parts = 4;

    // Of an answer of which nothing is on its way, as CallPatience has that too.
    private const int SilenceMax = 2 * CallTimeMax;

    /// <summary>How long a call is waited for, at most.</summary>
    public const int PatienceMax = (1 + Parts) * CallTimeMax;

    // A leader that chooses a follower's commands keeps the call open meanwhile, and any replica may be busy.
    private const int SlowAnswerMax = 4 * VirtualTime.Tick;
    private const int AnswerMax = 200;

    private readonly Dictionary<(ReplicaId From, ReplicaId To, Lane Lane), WaitingMessages> _lanes = [];
    private readonly Dictionary<ReplicaId, Incarnation> _incarnations = [];
    private readonly Dictionary<ReplicaId, long> _lives = [];
    private readonly SortedDictionary<long, OpenCall> _open = [];
    private long _calls;

    /// <summary>Whether a call ends when its answer arrives; if not, soon after the question arrived.</summary>
    public bool AnswersEndCalls { get; init; }

    /// <summary>How many messages left as a part of another, or were replaced by one.</summary>
    public long Merged { get; private set; }

    /// <summary>A question goes out, when the disk is done with what came before it: at once, later, with others, or never.</summary>
    public void Send(Envelope question, long diskTime)
    {
        var life = _lives.GetValueOrDefault(question.From);
        if (diskTime == 0)
        {
            Send(question);
            return;
        }

        time.After(diskTime, () =>
        {
            if (life == _lives.GetValueOrDefault(question.From))
            {
                Send(question);
            }
        });
    }

    /// <summary>A replica's process has ended, and what waits there is lost with it.</summary>
    public void OnEnded(ReplicaId replica)
    {
        _lives[replica] = _lives.GetValueOrDefault(replica) + 1;
        foreach (var place in _lanes.Keys.Where(place => place.From == replica).ToArray())
        {
            _lanes[place].Clear();
            _lanes.Remove(place);
        }

        // Whoever waits for its answer finds the connection gone, now or with the next packet.
        foreach (var call in _open.Values.Where(call => call.To == replica).ToArray())
        {
            time.After(random.Next(CallTimeMax), call.End);
        }
    }

    /// <summary>The answer to a call is on its way: from now on pieces of it come, until it is there or lost.</summary>
    public void OnAnswering(long call)
    {
        if (_open.TryGetValue(call, out var open))
        {
            open.Silence.Cancel();
        }
    }

    /// <summary>The answer to a call has come, or is lost.</summary>
    public void OnAnswered(long call, bool arrived)
    {
        if (!_open.TryGetValue(call, out var open))
        {
            return;
        }

        if (arrived || random.Next(2) == 0)
        {
            open.End();
        }
        else if (open.Silence.IsCancelled)
        {
            open.Silence = time.After(SilenceMax, open.End);
        }
    }

    private void Send(Envelope question)
    {
        _incarnations[question.From] = question.Incarnation;
        var (from, to, message) = (question.From, question.To, question.Message);
        if (message is Learn && LaneOf(from, to, Lane.Votes).TryRide(message))
        {
            Merged++;
            return;
        }

        var lane = LaneOf(from, to, Lanes.Of(message)!.Value);
        if (lane.Add(message))
        {
            Call(from, to, lane);
        }
    }

    private WaitingMessages LaneOf(ReplicaId from, ReplicaId to, Lane lane)
    {
        if (!_lanes.TryGetValue((from, to, lane), out var waiting))
        {
            _lanes[(from, to, lane)] = waiting = new WaitingMessages(Counting(Lanes.RulesOf(lane, bytesMax)));
        }

        return waiting;
    }

    private LaneRules Counting(LaneRules rules) => rules with
    {
        Merge = (first, next) =>
        {
            var merged = rules.Merge(first, next);
            Merged += merged is null ? 0 : 1;
            return merged;
        },
    };

    // The next call is made when this one is over: answered, broken off, or given up.
    private void Call(ReplicaId from, ReplicaId to, WaitingMessages lane)
    {
        if (lane.Take() is not { } message)
        {
            return;
        }

        // These two are answered by nobody: the call is over when they have arrived.
        var waits = AnswersEndCalls && message is not (Learn or TakeOver);
        var call = ++_calls;
        var patience = time.After(waits ? PatienceFor(message) : CallTimeMax, Next);
        if (waits)
        {
            _open[call] = new OpenCall(to, End) { Silence = time.After(SilenceMax + TimeFor(MessageSize.Of(message)), End) };
        }

        carry(new Envelope(from, to, message, waits ? call : 0) { Incarnation = _incarnations[from] }, arrived =>
        {
            if (arrived && waits)
            {
                return;
            }

            if ((arrived || random.Next(2) == 0) && patience.Cancel())
            {
                time.After(random.Next(random.Next(4) == 0 ? SlowAnswerMax : AnswerMax), Next);
            }
        });

        void End()
        {
            if (patience.Cancel())
            {
                Next();
            }
        }

        void Next()
        {
            if (_open.Remove(call, out var over))
            {
                over.Silence.Cancel();
            }

            Call(from, to, lane);
        }
    }

    private long PatienceFor(Message question) => CallTimeMax + TimeFor(question is CatchUp or ReadSnapshot or Prepare ? bytesMax : MessageSize.Of(question));

    private long TimeFor(long bytes) => CallTimeMax * Parts * Math.Min(bytesMax, bytes) / bytesMax;

    private sealed class OpenCall(ReplicaId to, Action end)
    {
        public ReplicaId To { get; } = to;

        public Action End { get; } = end;

        // Ends it when nothing of its answer comes.
        public required Happening Silence { get; set; }
    }
}
