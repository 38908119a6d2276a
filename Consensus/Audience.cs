namespace PaxosWcf.Consensus;

/// <summary>What the other members know of what a leader got chosen: those that were not asked to accept a value are told it
/// afterwards, and those whose clients wait are told over the call that brought their commands.</summary>
internal sealed class Audience
{
    private readonly ReplicaId _self;
    private readonly ConsensusOptions _options;
    private readonly SlotLog<Chosen> _chosen = new();
    private readonly Dictionary<ReplicaId, Listener> _listeners;

    /// <summary>Starts a leadership's audience.</summary>
    /// <param name="self">The leader.</param>
    /// <param name="configuration">All its members hear.</param>
    /// <param name="chosenThrough">What was chosen before is not this leadership's to tell: it comes by catch-up.</param>
    /// <param name="options">Limits.</param>
    public Audience(ReplicaId self, Configuration configuration, Slot chosenThrough, ConsensusOptions options)
    {
        _self = self;
        _options = options;
        _chosen.ForgetThrough(chosenThrough);
        _listeners = configuration.Members.Where(member => member.Id != self)
            .ToDictionary(member => member.Id, _ => new Listener { ToldThrough = chosenThrough });
    }

    /// <summary>How many chosen values are kept because somebody was not told them yet.</summary>
    public int Kept => _chosen.Count;

    /// <summary>The next slot in order was chosen.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="value">Its value.</param>
    /// <param name="asked">Who has it, or should have it, by an Accept.</param>
    public void OnChosen(Slot slot, Value value, Votes asked)
    {
        _chosen.Set(slot, new Chosen(value, asked));
        foreach (var command in value.Commands)
        {
            if (_listeners.TryGetValue(command.Id.Origin, out var listener))
            {
                listener.Waits = true;
            }
        }
    }

    /// <summary>A member asks for a read index, and will wait for what it was not told yet: it is told at the end of the batch.</summary>
    public void OnReader(ReplicaId member, Slot through)
    {
        if (_listeners.TryGetValue(member, out var listener))
        {
            listener.Waits |= listener.ToldThrough < through && Untold(member, listener).Count > 0;
        }
    }

    /// <summary>Keeps a Propose call open, until something of its sender's is chosen or a few ticks have passed. A sender has one call
    /// open: an earlier one is answered now.</summary>
    public void Hold(Envelope propose, Effects effects)
    {
        if (_listeners.TryGetValue(propose.From, out var listener))
        {
            Release(listener, effects);
            (listener.Held, listener.HeldTicks) = (propose, 0);
        }
        else
        {
            effects.Sends.Add(propose.Reply(_self, new ProposeReply(Taken: true, _self)));
        }
    }

    /// <summary>Time passes: a call that was held long enough is answered, for the transport has patience of its own.</summary>
    public void Tick(Effects effects)
    {
        foreach (var listener in _listeners.Values)
        {
            if (listener.Held is not null && ++listener.HeldTicks >= _options.HoldTicks)
            {
                Release(listener, effects);
            }
        }
    }

    /// <summary>The leadership ends: no call stays open for it.</summary>
    public void ReleaseAll(Effects effects)
    {
        foreach (var listener in _listeners.Values)
        {
            Release(listener, effects);
        }
    }

    /// <summary>Tells those that wait, and those for whom much has gathered.</summary>
    /// <param name="ballot">The leader's.</param>
    /// <param name="through">Every slot through this one is chosen.</param>
    /// <param name="alsoAsked">Those to whom an Accept goes at the same time, and says so too.</param>
    /// <param name="effects">What to send.</param>
    public void TellThoseWaiting(Ballot ballot, Slot through, IReadOnlyList<ReplicaId> alsoAsked, Effects effects)
    {
        foreach (var (member, listener) in _listeners)
        {
            if (listener.Waits)
            {
                Tell(member, listener, ballot, through, evenIfNothingIsNew: listener.Held is not null || !alsoAsked.Contains(member), effects);
            }
            else if (through.Number - listener.ToldThrough.Number >= _options.UntoldSlotsMax || UntoldBytes(listener) >= _options.BatchBytesMax)
            {
                Tell(member, listener, ballot, through, evenIfNothingIsNew: false, effects);
            }

            listener.Waits = false;
        }

        Forget();
    }

    /// <summary>Tells every member the values that it was not asked to accept.</summary>
    public void TellAll(Ballot ballot, Slot through, Effects effects)
    {
        foreach (var (member, listener) in _listeners)
        {
            Tell(member, listener, ballot, through, evenIfNothingIsNew: false, effects);
        }

        Forget();
    }

    private void Tell(ReplicaId member, Listener listener, Ballot ballot, Slot through, bool evenIfNothingIsNew, Effects effects)
    {
        var untold = Untold(member, listener);
        var at = 0;
        do
        {
            var values = new List<Value>();
            var from = at < untold.Count ? untold[at].Slot : Slot.None;
            for (var bytes = 0; at < untold.Count; at++)
            {
                bytes += untold[at].Value.Bytes.Length;
                if (values.Count > 0 && bytes > _options.MessageBytesMax)
                {
                    break;
                }

                values.Add(untold[at].Value);
            }

            if (values.Count > 0 || evenIfNothingIsNew)
            {
                Say(member, listener, new Learn(ballot, through) { From = from, Values = values }, effects);
            }
        }
        while (at < untold.Count);
        listener.ToldThrough = through;
    }

    private void Say(ReplicaId member, Listener listener, Learn learn, Effects effects)
    {
        if (listener.Waits && listener.Held is { } propose)
        {
            listener.Held = null;
            effects.Sends.Add(propose.Reply(_self, new ProposeReply(Taken: true, _self) { Chosen = learn }));
        }
        else
        {
            effects.Sends.Add(new Envelope(_self, member, learn));
        }
    }

    // From the first value that it was not asked to accept to the last such: slots in a row, some of which it may have.
    private List<(Slot Slot, Value Value)> Untold(ReplicaId member, Listener listener)
    {
        var untold = new List<(Slot, Value)>();
        var needed = 0;
        foreach (var (slot, chosen) in _chosen.From(listener.ToldThrough.Next))
        {
            var lacks = !chosen.Asked.Has(member);
            if (lacks || untold.Count > 0)
            {
                untold.Add((slot, chosen.Value));
            }

            needed = lacks ? untold.Count : needed;
        }

        return untold[..needed];
    }

    private long UntoldBytes(Listener listener) =>
        _chosen.From(listener.ToldThrough.Next).Sum(at => (long)at.Entry.Value.Bytes.Length);

    private void Forget()
    {
        if (_listeners.Count == 0)
        {
            _chosen.ForgetThrough(_chosen.Last);
            return;
        }

        _chosen.ForgetThrough(_listeners.Values.Min(listener => listener.ToldThrough));
    }

    private void Release(Listener listener, Effects effects)
    {
        if (listener.Held is { } propose)
        {
            listener.Held = null;
            effects.Sends.Add(propose.Reply(_self, new ProposeReply(Taken: true, _self)));
        }
    }

    private sealed record Chosen(Value Value, Votes Asked);

    private sealed class Listener
    {
        public Slot ToldThrough { get; set; }

        public bool Waits { get; set; }

        public Envelope? Held { get; set; }

        public int HeldTicks { get; set; }
    }
}
