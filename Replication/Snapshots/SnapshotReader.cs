using PaxosWcf.Consensus;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Replication.Snapshots;

/// <summary>Reads the replicated state of one moment in chunks. What it keeps in memory is where each chunk begins, so any that
/// was read can be read again, and comes out the same.</summary>
public sealed class SnapshotReader : IDisposable
{
    private static readonly StoreFamily[] Families = [StoreFamily.Keys, StoreFamily.Sessions, StoreFamily.Changes];

    private readonly GenerationSnapshot _snapshot;
    private readonly int _chunkBytesMax;
    private readonly byte[] _numbersRecord;
    private readonly List<Place> _beginnings = [new(0, [])];

    /// <summary>Reads a snapshot of a store, which goes with the reader.</summary>
    /// <param name="snapshot">The store as of one moment.</param>
    /// <param name="chunkBytesMax">Bytes of records in a chunk, at most; a single larger record makes a chunk of its own.</param>
    public SnapshotReader(IStoreSnapshot snapshot, int chunkBytesMax)
    {
        _snapshot = GenerationSnapshot.Of(snapshot);
        _chunkBytesMax = chunkBytesMax;

        // Numbers and contents are of one write set, and so of one slot: a snapshot sees whole write sets.
        _numbersRecord = KeyValueStateMachine.ReadNumbersRecord(_snapshot);
    }

    /// <summary>Where the state stands.</summary>
    public StateNumbers Numbers => KeyValueStateMachine.ReadNumbers(_numbersRecord);

    /// <summary>How many chunks may be read by now: those that were, and the next, unless that was the last.</summary>
    public long Reach => _beginnings.Count;

    /// <summary>Reads a chunk.</summary>
    /// <param name="number">From 0 on, below <see cref="Reach"/>.</param>
    public SnapshotChunk Read(long number)
    {
        Invariant.Holds(number >= 0 && number < Reach, $"chunk {number} of a snapshot follows one that was read");
        var (family, from) = _beginnings[(int)number];
        var records = new List<SnapshotRecord>();
        var bytes = 0L;
        for (; family < Families.Length; family++, from = [])
        {
            foreach (var (key, value) in _snapshot.Scan(Families[family], from, until: null))
            {
                bytes += key.Length + value.Length + SnapshotChunk.RecordOverheadMax;
                if (bytes > _chunkBytesMax && records.Count > 0)
                {
                    Begin(number + 1, new Place(family, key));
                    return new SnapshotChunk(number, IsLast: false, _numbersRecord, records);
                }

                records.Add(new SnapshotRecord(Families[family], key, value));
            }
        }

        return new SnapshotChunk(number, IsLast: true, _numbersRecord, records);
    }

    /// <summary>Lets the snapshot go.</summary>
    public void Dispose() => _snapshot.Dispose();

    private void Begin(long number, Place place)
    {
        if (number == _beginnings.Count)
        {
            _beginnings.Add(place);
        }
    }

    private readonly record struct Place(int Family, byte[] From);
}
