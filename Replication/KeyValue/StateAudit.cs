using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using PaxosWcf.Consensus;

namespace PaxosWcf.Replication.KeyValue;

/// <summary>A replica's state differs from that of most others.</summary>
/// <param name="From">What was applied from this slot on</param>
/// <param name="Through">through this one had another effect here.</param>
public sealed record Divergence(Slot From, Slot Through);

/// <summary>Compares what applying does here with what it does elsewhere: it hashes the effects of each segment of the log, every
/// replica votes for its hash through the log, and who differs from a majority is wrong.</summary>
/// <remarks>
/// Not the leader's word decides, for it may be the leader that is wrong. Without a majority for one hash nobody is judged. A
/// segment that was not applied here from its beginning (after a restart, or a snapshot) is not voted on, and neither judges nor
/// is judged. Effects are what a write made of the state it met: key, value, revisions, version and lease; what a
/// transaction's comparisons came to; and what became of leases. So a difference is noticed when a write or a comparison meets it, not while it lies untouched; digests compare all.
/// </remarks>
internal sealed class StateAudit
{
    /// <summary>Segments whose hashes and votes are kept, at most.</summary>
    public const int SegmentsMax = 8;

    private readonly long _segmentSlots;
    private readonly XxHash3 _hash = new();
    private readonly SortedDictionary<long, Segment> _segments = [];
    private Quorum _quorum;
    private bool _isWhole;

    /// <summary>Audits segments of so many slots.</summary>
    public StateAudit(Quorum quorum, long segmentSlots)
    {
        _quorum = quorum;
        _segmentSlots = segmentSlots;
    }

    /// <summary>A majority has the hash of this replica for every slot through this one, as far as it could vote.</summary>
    public Slot AgreedThrough { get; private set; }

    /// <summary>What was found wrong with this replica's state, if anything.</summary>
    public Divergence? Divergence { get; private set; }

    /// <summary>Other replicas make a majority from now on.</summary>
    public void Reconfigure(Quorum quorum) => _quorum = quorum;

    /// <summary>The vote that this replica owes, if any; it owes it no longer then.</summary>
    public StateVote? TakeVote()
    {
        var vote = Owed;
        Owed = null;
        return vote;
    }

    /// <summary>A slot is about to be applied.</summary>
    public void Begin(Slot slot)
    {
        if ((slot.Number - 1) % _segmentSlots == 0)
        {
            _hash.Reset();
            _isWhole = true;
        }

        Add(slot.Number);
    }

    /// <summary>A key was written.</summary>
    public void OnSet(string key, KeyHistory after, long revision, ReadOnlySpan<byte> value)
    {
        Add(key, revision);
        Add(after.CreateRevision);
        Add(after.Version);
        _hash.Append(value);
    }

    /// <summary>A key was removed.</summary>
    public void OnRemoved(string key, long revision) => Add(key, revision);

    /// <summary>A key that belonged to a lease, or belongs to one now, was written or removed.</summary>
    public void OnAttached(string key, string? lease)
    {
        _hash.Append(MemoryMarshal.AsBytes(key.AsSpan()));
        OnLease(lease ?? "", 0);
    }

    /// <summary>A lease was granted, renewed, ended or refused.</summary>
    /// <param name="lease">Its name.</param>
    /// <param name="outcome">What came of it, as a number.</param>
    public void OnLease(string lease, long outcome) => Add(lease, outcome);

    /// <summary>Keys were compared: what came of it is an effect even where nothing is written, for it is answered, and kept.</summary>
    public void OnCompared(bool held, ReadOnlySpan<KeySeen> seen)
    {
        Add(held ? 1 : 0);
        foreach (var key in seen)
        {
            Add(key.ModificationRevision);
            Add(key.Version);
        }
    }

    /// <summary>A slot is applied.</summary>
    public void End(Slot slot)
    {
        if (slot.Number % _segmentSlots != 0 || !_isWhole)
        {
            return;
        }

        var own = (long)_hash.GetCurrentHashAsUInt64();
        Owed = new StateVote(slot.Number, _segmentSlots, own);
        if (At(slot.Number) is { } segment)
        {
            segment.Own = own;
            Judge(slot.Number, segment);
        }
    }

    /// <summary>A replica's vote is chosen.</summary>
    public void Count(ReplicaId from, StateVote vote)
    {
        // One that cuts its segments otherwise compares with nobody here.
        if (vote.Slots == _segmentSlots && vote.Through % _segmentSlots == 0 && At(vote.Through) is { } segment)
        {
            segment.Votes[from] = vote.Hash;
            Judge(vote.Through, segment);
        }
    }

    /// <summary>The state is another one now: what was hashed so far is no whole segment, and says nothing of it.</summary>
    public void Restart()
    {
        _isWhole = false;
        _segments.Clear();
        Owed = null;
    }

    private StateVote? Owed { get; set; }

    // Null for a segment that is older than all that are kept.
    private Segment? At(long through)
    {
        if (!_segments.TryGetValue(through, out var segment))
        {
            if (_segments.Count >= SegmentsMax && through < _segments.First().Key)
            {
                return null;
            }

            _segments[through] = segment = new Segment();
            if (_segments.Count > SegmentsMax)
            {
                _segments.Remove(_segments.First().Key);
            }
        }

        return segment;
    }

    private void Judge(long through, Segment segment)
    {
        if (segment.Own is not { } own)
        {
            return;
        }

        foreach (var hash in segment.Votes.Values.Distinct())
        {
            var voters = _quorum.NoVotes();
            foreach (var (replica, vote) in segment.Votes)
            {
                if (vote == hash && _quorum.Members.Contains(replica))
                {
                    voters.Add(replica);
                }
            }

            if (voters.IsQuorum && hash == own)
            {
                AgreedThrough = Slot.Max(AgreedThrough, new Slot(through));
            }
            else if (voters.IsQuorum)
            {
                Divergence ??= new Divergence(new Slot(through - _segmentSlots + 1), new Slot(through));
            }
        }
    }

    private void Add(string key, long revision)
    {
        _hash.Append(MemoryMarshal.AsBytes(key.AsSpan()));
        Add(revision);
    }

    private void Add(long number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        _hash.Append(bytes);
    }

    private sealed class Segment
    {
        public Dictionary<ReplicaId, long> Votes { get; } = [];

        public long? Own { get; set; }
    }
}
