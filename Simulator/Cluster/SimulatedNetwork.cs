using PaxosWcf.Consensus;

namespace PaxosWcf.Simulator;

/// <summary>Carries messages between simulated replicas: late, twice, out of order, or not at all.</summary>
public sealed class SimulatedNetwork
{
    private readonly VirtualTime _time;
    private readonly Random _random;
    private readonly Trace _trace;
    private readonly Func<Envelope, bool> _deliver;
    private readonly Dictionary<(ReplicaId From, ReplicaId To), int> _cuts = [];

    internal SimulatedNetwork(
        VirtualTime time, Random random, Trace trace, NetworkOptions options, Func<Envelope, bool> deliver)
    {
        _time = time;
        _random = random;
        _trace = trace;
        _deliver = deliver;
        Options = options;
    }

    /// <summary>What waits for a call to the same peer is merged there before it leaves; null: nothing waits.</summary>
    internal SimulatedLinks? Links { get; init; }

    /// <summary>How long a KiB of values takes to come to each replica; those that are not named: no time.</summary>
    internal IReadOnlyDictionary<ReplicaId, int> KibTimes { get; set; } = new Dictionary<ReplicaId, int>();

    /// <summary>How many messages left as a part of another, or were replaced by one.</summary>
    public long Merged => Links?.Merged ?? 0;

    /// <summary>How messages are treated from now on.</summary>
    public NetworkOptions Options { get; set; }

    /// <summary>Messages that this says no to are lost; for stories about one particular message.</summary>
    public Func<Envelope, bool>? Lets { get; set; }

    /// <summary>How many messages were sent.</summary>
    public long Sent { get; private set; }

    /// <summary>Cuts the link in one direction; what is under way is lost. It may be cut more than once.</summary>
    public void CutOneWay(ReplicaId from, ReplicaId to) => _cuts[(from, to)] = _cuts.GetValueOrDefault((from, to)) + 1;

    /// <summary>Takes one cut of a link back; it carries messages again when none is left.</summary>
    public void MendOneWay(ReplicaId from, ReplicaId to)
    {
        if (_cuts.TryGetValue((from, to), out var cuts) && cuts > 1)
        {
            _cuts[(from, to)] = cuts - 1;
        }
        else
        {
            _cuts.Remove((from, to));
        }
    }

    /// <summary>Cuts the link in both directions.</summary>
    public void Cut(ReplicaId one, ReplicaId other)
    {
        CutOneWay(one, other);
        CutOneWay(other, one);
    }

    /// <summary>Mends all links.</summary>
    public void Mend() => _cuts.Clear();

    internal void Send(Envelope envelope, long diskTime)
    {
        if (Links is { } links && Lanes.Of(envelope.Message) is not null)
        {
            links.Send(envelope, diskTime);
        }
        else
        {
            var call = CallName.CallOf(envelope.Call);
            Links?.OnAnswering(call);
            Carry(envelope, diskTime, arrived => Links?.OnAnswered(call, arrived));
        }
    }

    /// <summary>Carries one message as the network is now.</summary>
    /// <param name="envelope">The message.</param>
    /// <param name="diskTime">How long it waits for its sender's disk.</param>
    /// <param name="arrived">Told, once, whether it has arrived.</param>
    internal void Carry(Envelope envelope, long diskTime, Action<bool>? arrived)
    {
        Sent++;
        var copies = Chance(Options.DuplicatePercent) ? 2 : 1;
        if (Chance(Options.LossPercent) || Lets?.Invoke(envelope) == false)
        {
            _trace.Write(_time.Now, envelope, " lost");
            arrived?.Invoke(false);
            return;
        }

        _trace.Write(_time.Now, envelope, copies == 1 ? "" : " twice");
        for (; copies > 0; copies--)
        {
            var delay = _random.Next(Options.DelayMin, Options.DelayMax + 1) + (BytesOf(envelope.Message) * KibTimes.GetValueOrDefault(envelope.To) / 1024);
            if (Chance(Options.StragglePercent))
            {
                delay += _random.Next(Options.StraggleMax + 1);
            }

            var tell = copies == 1 ? arrived : null;
            _time.After(diskTime + delay, () =>
            {
                var isThere = Arrive(envelope);
                tell?.Invoke(isThere);
            });
        }
    }

    // Of values or commands, and in answers too.
    private static long BytesOf(Message message) => message switch
    {
        Promise promise => promise.Entries.Sum(entry => (long)entry.Value.Bytes.Length),
        CatchUpReply reply => reply.Values.Sum(value => (long)value.Bytes.Length),
        ReadSnapshotReply reply => reply.Bytes.Length,
        _ => MessageSize.Of(message),
    };

    private bool Arrive(Envelope envelope) => !_cuts.ContainsKey((envelope.From, envelope.To)) && _deliver(envelope);

    private bool Chance(int percent) => percent > 0 && _random.Next(100) < percent;
}
