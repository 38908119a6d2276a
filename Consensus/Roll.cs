namespace PaxosWcf.Consensus;

/// <summary>What is remembered of a member: all that it has acknowledged, as far as it was heard of here.</summary>
/// <param name="Member">Who.</param>
/// <param name="Incarnation">Which life of its disk said so.</param>
/// <param name="Boot">The highest start of its process that was heard of, or <see cref="DiskWasSetBack"/>.</param>
/// <param name="Start">Random name of that start: two starts with one number are those of a disk that was set back.</param>
/// <param name="Promised">The highest ballot that it promised.</param>
/// <param name="HeldThrough">The highest slot that its disk held a value of.</param>
public sealed record Remembered(
    ReplicaId Member, Incarnation Incarnation, long Boot, long Start, Ballot Promised, Slot HeldThrough)
{
    /// <summary>In the place of a start: the disk has forgotten one. Above all starts, so that no later one takes its place, here or wherever it is told.</summary>
    public const long DiskWasSetBack = long.MaxValue;

    /// <inheritdoc/>
    public override string ToString() =>
        (Boot == DiskWasSetBack ? "that the disk was set back" : $"start {Boot}") + $", promise {Promised}, slots held through {HeldThrough}";

    /// <summary>The highest start that was heard of.</summary>
    internal NamedStart LastStart => new(Boot, Start);

    /// <summary>Whether this says more than a disk holds that ought to hold all of it.</summary>
    internal bool IsBeyond(Remembered disk) =>
        Boot > disk.Boot || Promised > disk.Promised || HeldThrough > disk.HeldThrough;

    /// <summary>What is known when both are true, of the same life.</summary>
    internal Remembered With(Remembered other) => new(
        Member, Incarnation, Math.Max(Boot, other.Boot), other.Boot > Boot ? other.Start : Start,
        Ballot.Max(Promised, other.Promised), Slot.Max(HeldThrough, other.HeldThrough));
}

/// <summary>What a replica remembers of the members. A disk that was set back to an earlier image does not know what it has
/// forgotten; the others do, and tell it when it starts.</summary>
/// <remarks>It is learned from a member's own words, and from the leader's heartbeats, which tell what the leader was told. It
/// goes to the disk with the next flush that there is for something else, or after a while by itself, and before a starting member is answered, so that it outlives a restart of whoever remembers.</remarks>
internal sealed class Roll
{
    // A second, with the host's ticks. While there is load every heartbeat has something new: a flush for each would stop a slow disk's replica for a tenth of its time.
    private const int AloneTicks = 20;

    private readonly Dictionary<ReplicaId, Remembered> _remembered = [];
    private readonly SortedSet<ReplicaId> _unwritten = [];
    private bool _isDue;
    private int _ticksDue;

    /// <summary>Starts with what the disk holds.</summary>
    public Roll(IEnumerable<Remembered> stored)
    {
        foreach (var one in stored)
        {
            _remembered[one.Member] = one;
        }
    }

    /// <summary>What is remembered of this life of a member; null: nothing.</summary>
    public Remembered? Of(ReplicaId member, Incarnation incarnation) =>
        _remembered.TryGetValue(member, out var known) && known.Incarnation == incarnation ? known : null;

    /// <summary>Takes in what was heard; what was known of another life of the member goes.</summary>
    public void Note(Remembered heard)
    {
        var known = Of(heard.Member, heard.Incarnation);
        var all = known?.With(heard) ?? heard;
        if (all != known)
        {
            _remembered[heard.Member] = all;
            _unwritten.Add(heard.Member);
        }
    }

    /// <summary>A start asks. Returns what was remembered before it, and whether its disk has forgotten a part of that, which is remembered from now on: the next
    /// start may ask when its number is past the forgotten one.</summary>
    public Remembered? OnRecall(ReplicaId member, Incarnation incarnation, Recall recall)
    {
        if (Of(member, incarnation) is { } known && recall.HasForgotten(known.LastStart))
        {
            Note(known with { Boot = Remembered.DiskWasSetBack });
        }

        var seen = Of(member, incarnation);
        Note(new Remembered(member, incarnation, recall.Boot, recall.Start, Ballot.None, Slot.None));
        return seen;
    }

    /// <summary>Asks for what changed to be on disk soon.</summary>
    public void WriteSoon() => _isDue |= _unwritten.Count > 0;

    /// <summary>Time passes.</summary>
    public void Tick() => _ticksDue += _isDue ? 1 : 0;

    /// <summary>A batch ends: what is to be on disk soon goes with what else is flushed, or has waited for that long enough.</summary>
    public void EndBatch(Effects effects)
    {
        if (_isDue && (effects.Persists.Count > 0 || _ticksDue >= AloneTicks))
        {
            Write(effects);
        }
    }

    /// <summary>Asks for what changed to be on disk.</summary>
    public void Write(Effects effects)
    {
        (_isDue, _ticksDue) = (false, 0);
        foreach (var member in _unwritten)
        {
            effects.Persists.Add(new PersistRemembered(_remembered[member]));
        }

        _unwritten.Clear();
    }

    /// <summary>What is remembered of the members of a configuration.</summary>
    public IReadOnlyList<Remembered> Of(Configuration configuration) =>
        [.. configuration.Members.Select(member => Of(member.Id, member.Incarnation)).OfType<Remembered>()];
}
