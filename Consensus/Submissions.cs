namespace PaxosWcf.Consensus;

/// <summary>The commands of this replica's own clients, kept until they are learned: they go to the leader, and to the
/// next one if the first loses them. The state machine applies each once, however often it is chosen.</summary>
public sealed class Submissions
{
    private const int DoublingsMax = 3;

    private readonly ReplicaId _self;
    private long _boot;
    private readonly ConsensusOptions _options;
    private readonly Dictionary<long, Pending> _pending = [];
    private readonly SortedDictionary<long, Pending> _due = [];
    private long _bytes;
    private long _lastNumber;
    private long _finishedThrough;
    private bool _refused;

    /// <summary>Starts with nothing pending.</summary>
    /// <param name="self">This replica.</param>
    /// <param name="boot">Which start of its process this is: higher than any before.</param>
    /// <param name="options">Limits and patience.</param>
    public Submissions(ReplicaId self, long boot, ConsensusOptions options)
    {
        _self = self;
        _boot = boot;
        _options = options;
    }

    /// <summary>The start that commands are named after.</summary>
    public long NamedAfter => _boot;

    /// <summary>Commands are named after this start from now on; none is pending.</summary>
    public void NameAfter(long boot)
    {
        Invariant.Holds(_pending.Count == 0 || boot == _boot, "no pending command changes its name");
        _boot = boot;
    }

    /// <summary>The commands that are pending.</summary>
    public IReadOnlyList<CommandId> All => [.. _pending.Values.Select(pending => pending.Command.Id)];

    /// <summary>How many commands are pending.</summary>
    public int Count => _pending.Count;

    /// <summary>Whether no more commands are taken.</summary>
    public bool IsFull => IsFullOfBytes || _pending.Count >= _options.PendingCommandsMax;

    /// <summary>Whether that is for their size, whatever their number.</summary>
    public bool IsFullOfBytes => _bytes >= _options.PendingBytesMax;

    /// <summary>Takes a client's command in and names it.</summary>
    public CommandId Add(ReadOnlySpan<byte> payload)
    {
        Invariant.Holds(!IsFull, "no command is taken in beyond the limit");
        while (_finishedThrough < _lastNumber && !_pending.ContainsKey(_finishedThrough + 1))
        {
            _finishedThrough++;
        }

        var id = new CommandId(_self, _boot, ++_lastNumber);
        var pending = new Pending(Command.Create(id, _finishedThrough, payload));
        _pending.Add(id.Number, pending);
        _due.Add(id.Number, pending);
        _bytes += pending.Command.Bytes.Length;
        return id;
    }

    /// <summary>A chosen value was learned: its commands need no more handing over.</summary>
    public void OnLearned(Value value)
    {
        foreach (var command in value.Commands)
        {
            if (command.Id.Origin == _self && command.Id.Boot == _boot)
            {
                Remove(command.Id.Number);
            }
        }
    }

    /// <summary>The caller waits no longer. False when the command is not pending (any more).</summary>
    public bool GiveUp(CommandId id, out bool handedOver)
    {
        var removed = Remove(id.Number);
        handedOver = removed?.HandedOver ?? false;
        return removed is not null;
    }

    /// <summary>Whether a command is pending.</summary>
    public bool IsPending(CommandId id) => id.Boot == _boot && _pending.ContainsKey(id.Number);

    /// <summary>Whether a command is pending that was never handed over.</summary>
    public bool Keeps(CommandId id) => _pending.TryGetValue(id.Number, out var pending) && !pending.HandedOver;

    /// <summary>The leader changed, or does not lead: all that is pending goes out again.</summary>
    public void HandOverAgain()
    {
        foreach (var (number, pending) in _pending)
        {
            pending.Doublings = 0;
            _due[number] = pending;
        }
    }

    /// <summary>The one that was taken for the leader does not lead: all that is pending goes out again with the next tick, not
    /// at once, or two replicas could keep each other busy until an election is over.</summary>
    public void OnRefused() => _refused = true;

    /// <summary>Time passes: what was handed over long ago and is not learned goes out again, each time after twice as long, for a leader that has much to do
    /// gets more to do by it; but only once all is learned
    /// that was known to be chosen by then, for it may be among that. Or a replica that is far behind would have its
    /// commands chosen again and again.</summary>
    public void Tick(Slot learnedThrough, Slot knownThrough)
    {
        if (_refused)
        {
            _refused = false;
            HandOverAgain();
            return;
        }

        foreach (var (number, pending) in _pending)
        {
            var patience = _options.ResubmitTicks << pending.Doublings;
            if (pending.HandedOver && ++pending.Ticks == patience)
            {
                pending.NotBefore = knownThrough;
            }

            if (pending.Ticks >= patience && learnedThrough >= pending.NotBefore && _due.TryAdd(number, pending))
            {
                pending.Doublings = Math.Min(pending.Doublings + 1, DoublingsMax);
            }
        }
    }

    /// <summary>Hands what is due to the leader, in messages of limited size.</summary>
    public void EndBatch(ReplicaId? leader, Effects effects)
    {
        if (_due.Count == 0 || leader is not { } to)
        {
            return;
        }

        var commands = new List<Command>();
        var bytes = 0;
        foreach (var pending in _due.Values)
        {
            if (commands.Count > 0 && bytes + pending.Command.Bytes.Length > _options.MessageBytesMax)
            {
                effects.Sends.Add(new Envelope(_self, to, new Propose(commands)));
                commands = [];
                bytes = 0;
            }

            commands.Add(pending.Command);
            bytes += pending.Command.Bytes.Length;
            pending.HandedOver = true;
            pending.Ticks = 0;
        }

        _due.Clear();
        effects.Sends.Add(new Envelope(_self, to, new Propose(commands)));
    }

    private Pending? Remove(long number)
    {
        _due.Remove(number);
        if (_pending.Remove(number, out var pending))
        {
            _bytes -= pending.Command.Bytes.Length;
        }

        return pending;
    }

    private sealed class Pending(Command command)
    {
        public Command Command { get; } = command;

        public bool HandedOver { get; set; }

        public int Ticks { get; set; }

        public int Doublings { get; set; }

        public Slot NotBefore { get; set; }
    }
}
