using System.Buffers.Binary;
using PaxosWcf.Consensus;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Replication.Changes;

/// <summary>The changes of the last revisions, for those who watch: every one between the oldest that is kept and the revision of the
/// state.</summary>
/// <remarks>
/// Changes stay in memory until the state goes to the store; then they go along, in the same write set, as a few blocks, and what is too
/// much goes with them. So after a crash the history ends where the state does. Family Changes: <c>c</c> and a block's last revision (8
/// bytes, big-endian), so that a reader finds the block that a revision is in; <c>r</c>: the record of <see cref="HistoryBound"/>.
/// Replicas cut their blocks, and keep their bounds, as they come; the changes are the same. <see cref="Read"/> may be called from any
/// thread, everything else by the replica's loop alone.
/// </remarks>
internal sealed class ChangeHistory
{
    /// <summary>Bytes of blocks that one reading goes through, at most, give or take one block; then it says how far it came.</summary>
    public const int ReadBytesMax = 4 * 1024 * 1024;

    private static readonly byte[] BoundKey = "r"u8.ToArray();
    private static readonly byte[] BlocksBegin = "c"u8.ToArray();
    private static readonly byte[] BlocksEnd = "d"u8.ToArray();

    private readonly IReplicaStore _store;
    private readonly HistoryBound _bound;
    private ChangeRun _unwritten = new();
    private bool _isRestarted;
    private volatile View _view = View.OfNothing;

    /// <summary>A history in a store; <see cref="Load"/> comes next.</summary>
    public ChangeHistory(IReplicaStore store, StorageOptions options)
    {
        _store = store;
        _bound = new HistoryBound(options.HistoryRevisionsMax, options.HistoryBytesMax);
    }

    /// <summary>The history does not have this revision and those before it.</summary>
    public long CompactedThrough => _view.CompactedThrough;

    /// <summary>Takes up what the store holds, for a state of a revision. Where it holds none (an earlier build wrote the state), the
    /// history begins here.</summary>
    public void Load(long revision)
    {
        Forget();
        _isRestarted = false;
        if (_store.Find(StoreFamily.Changes, BoundKey) is { } record)
        {
            _bound.Load(record);
        }
        else
        {
            _bound.Restart(revision);
        }

        Invariant.Holds(_bound.Through == revision, $"the history of changes goes through revision {_bound.Through} as the state does, which is of {revision}");
        Publish(revision);
    }

    /// <summary>The store is about to hold another state: until <see cref="Load"/> nothing is to be found, rather than something of
    /// both.</summary>
    public void Withhold() => _view = View.OfNothing;

    /// <summary>A key is changed. Nobody sees it before <see cref="Publish"/>.</summary>
    public void Add(KeyChange change) => _unwritten.Add(change);

    /// <summary>The keys are those of a backup now: what changed them is not told, so the history begins anew after a
    /// revision.</summary>
    public void Restart(long revision)
    {
        Forget();
        _bound.Restart(revision);
        _isRestarted = true;
    }

    /// <summary>A slot is applied: its changes may be read, all of them.</summary>
    public void Publish(long revision)
    {
        var view = new View(_unwritten.Now, _bound.CompactedThrough, revision);
        if (view != _view)
        {
            _view = view;
        }
    }

    /// <summary>The changes that are not yet written from a revision on; for whoever looks right after they were applied.</summary>
    public IEnumerable<ReadOnlyMemory<KeyChange>> Unwritten(long from) => _unwritten.Now.From(from);

    /// <summary>Adds what the store lacks to the write set that holds the state, and the removal of what is too much.</summary>
    public void Seal(WriteSet writes)
    {
        if (_unwritten.Count == 0 && !_isRestarted)
        {
            return;
        }

        if (_isRestarted)
        {
            writes.DeleteRange(StoreFamily.Changes, BlocksBegin, BlocksEnd);
        }

        var compactedThrough = _bound.CompactedThrough;
        foreach (var piece in _unwritten.Now.From(0))
        {
            SealPiece(piece.Span, writes);
        }

        if (_bound.Trim())
        {
            // Before the blocks are gone: a reader that misses one finds that the history has become shorter.
            Publish(_view.Through);
            writes.DeleteRange(StoreFamily.Changes, KeyOf(compactedThrough + 1), KeyOf(_bound.CompactedThrough + 1));
        }

        writes.Put(StoreFamily.Changes, BoundKey, _bound.Encode());
    }

    /// <summary>That write set is in the store.</summary>
    public void OnWritten()
    {
        _isRestarted = false;
        if (_unwritten.Count > 0)
        {
            Forget();
            Publish(_view.Through);
        }
    }

    /// <summary>Reads changes.</summary>
    /// <param name="from">The first revision: 1 or more. One that is yet to come is waited for by asking again.</param>
    /// <param name="filter">Which keys.</param>
    /// <param name="changesMax">So many changes, at most: 1 or more.</param>
    /// <param name="bytesMax">So many bytes of keys and values, at most; a single larger change is read all the same.</param>
    public ChangesRead Read(long from, ChangeFilter filter, int changesMax, long bytesMax)
    {
        while (true)
        {
            var view = _view;
            if (from <= view.CompactedThrough)
            {
                return new ChangesCompacted(view.CompactedThrough + 1);
            }

            var reading = new ChangeReading(from, filter, changesMax, bytesMax);
            if (from > view.Through || TryRead(view, reading))
            {
                return new ChangesFound(reading.Taken, reading.Next - 1, IsAtEnd: reading.Next > view.Through);
            }

            // A block was gone when it was looked for. Whoever takes one away says so first.
            Invariant.Holds(!ReferenceEquals(view, _view), $"the history of changes is whole from revision {view.CompactedThrough + 1} on");
        }
    }

    // False when the next change was not where it should be. Wherever a change is found it is the right one, for replicas have the
    // same: so it does no harm if what is read meanwhile is another store's, or was written since.
    private bool TryRead(View view, ChangeReading reading)
    {
        if (reading.Next < view.FirstUnwritten)
        {
            var bytes = 0L;
            foreach (var (_, block) in _store.Scan(StoreFamily.Changes, KeyOf(reading.Next), BlocksEnd))
            {
                foreach (var change in ChangeBlock.Decode(block).TakeWhile(change => change.Revision < view.FirstUnwritten))
                {
                    if (change.Revision > reading.Next)
                    {
                        return false;
                    }

                    if (change.Revision == reading.Next && !reading.Take(change))
                    {
                        return true;
                    }
                }

                if (reading.Next == view.FirstUnwritten)
                {
                    break;
                }

                bytes += block.Length;
                if (bytes >= ReadBytesMax)
                {
                    return true;
                }
            }
        }

        if (reading.Next < view.FirstUnwritten)
        {
            return false;
        }

        foreach (var piece in view.Unwritten.From(reading.Next))
        {
            foreach (var change in piece.Span)
            {
                if (!reading.Take(change))
                {
                    return true;
                }
            }
        }

        return true;
    }

    private void SealPiece(ReadOnlySpan<KeyChange> changes, WriteSet writes)
    {
        while (changes.Length > 0)
        {
            var count = ChangeBlock.Fitting(changes);
            var block = ChangeBlock.Encode(changes[..count]);
            writes.Put(StoreFamily.Changes, KeyOf(changes[count - 1].Revision), block);
            _bound.Add(changes[count - 1].Revision, block.Length);
            changes = changes[count..];
        }
    }

    // A new run: readers may still be at the old one.
    private void Forget()
    {
        if (_unwritten.Count > 0)
        {
            _unwritten = new ChangeRun(_unwritten.Count);
        }
    }

    private static byte[] KeyOf(long revision)
    {
        var key = new byte[9];
        key[0] = BlocksBegin[0];
        BinaryPrimitives.WriteInt64BigEndian(key.AsSpan(1), revision);
        return key;
    }

    /// <summary>What readers see: the changes that are not yet written, and which revisions there are at all.</summary>
    private sealed record View(ChangeRun.View Unwritten, long CompactedThrough, long Through)
    {
        public static readonly View OfNothing = new(ChangeRun.View.OfNothing, 0, 0);

        public long FirstUnwritten => Unwritten.Count == 0 ? Through + 1 : Unwritten.FirstRevision;
    }
}
