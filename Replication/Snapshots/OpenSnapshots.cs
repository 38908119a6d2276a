using PaxosWcf.Consensus;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Replication.Snapshots;

/// <summary>The snapshots that other replicas are fetching from this one: one a replica, a limited number, each as long as it is
/// asked for.</summary>
/// <param name="store">The store.</param>
/// <param name="options">Limits.</param>
/// <param name="boot">Which start of the process this is: names of snapshots are never used again.</param>
internal sealed class OpenSnapshots(IReplicaStore store, StorageOptions options, long boot)
{
    private const int NamesPerBootBits = 32;

    private readonly Dictionary<ReplicaId, Open> _open = [];
    private long _lastName = boot << NamesPerBootBits;

    /// <summary>How many are open.</summary>
    public int Count => _open.Count;

    /// <summary>The first slot that the log must hold on to, for those who will go on from where their snapshot ends.</summary>
    public Slot? HeldFrom => _open.Count == 0 ? null : new Slot(_open.Values.Min(open => open.Reader.Numbers.AppliedThrough.Number) + 1);

    /// <summary>Answers a replica that asks for a chunk.</summary>
    public ReadSnapshotReply Read(ReplicaId to, long snapshot, long chunk)
    {
        var open = snapshot == 0 ? Renew(to) : _open.GetValueOrDefault(to);
        if (open is null || (snapshot != 0 && open.Name != snapshot) || chunk < 0 || chunk >= open.Reader.Reach)
        {
            return new ReadSnapshotReply(0, chunk, ReadOnlyMemory<byte>.Empty);
        }

        open.IdleTicks = 0;
        var read = open.Reader.Read(chunk);
        open.IsRead |= read.IsLast;
        return new ReadSnapshotReply(open.Name, chunk, read.Encode());
    }

    /// <summary>Time passes: what nobody asks for any more is closed.</summary>
    public void Tick()
    {
        foreach (var (replica, open) in _open.ToArray())
        {
            if (++open.IdleTicks > options.SnapshotIdleTicks)
            {
                Close(replica);
            }
        }
    }

    /// <summary>Closes all.</summary>
    public void CloseAll()
    {
        foreach (var replica in _open.Keys.ToArray())
        {
            Close(replica);
        }
    }

    // Who asks for a new one has lost the old one, or never heard of it.
    private Open? Renew(ReplicaId to)
    {
        Close(to);
        if (_open.Count >= options.SnapshotsOpenMax && !CloseOneThatIsRead())
        {
            return null;
        }

        return _open[to] = new Open(++_lastName, new SnapshotReader(store.Snapshot(), options.SnapshotChunkBytesMax));
    }

    // One that was read to its end stays open only in case that its end was lost on the way. Nobody else waits for that: who lost it
    // begins anew.
    private bool CloseOneThatIsRead()
    {
        var read = _open.Where(open => open.Value.IsRead).OrderByDescending(open => open.Value.IdleTicks).ThenBy(open => open.Key.Number).ToArray();
        if (read is [var longest, ..])
        {
            Close(longest.Key);
        }

        return read.Length > 0;
    }

    private void Close(ReplicaId replica)
    {
        if (_open.Remove(replica, out var open))
        {
            open.Reader.Dispose();
        }
    }

    private sealed class Open(long name, SnapshotReader reader)
    {
        public long Name => name;

        public SnapshotReader Reader => reader;

        public int IdleTicks { get; set; }

        public bool IsRead { get; set; }
    }
}
