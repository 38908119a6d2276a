using PaxosWcf.Consensus;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Replication.Changes;

/// <summary>Decides what of the history of changes goes: whole blocks, oldest first, a sixteenth of the bound at a time, once the rest is
/// as much as is to be kept.</summary>
/// <remarks>It knows the history in pieces of a sixteenth, so that it takes no memory to speak of, and a store need not be read
/// through for it when it starts: its record holds them. Layout: format version (1 byte), compacted-through (8), then for each piece,
/// oldest first and the one that grows last, its last revision (8) and its bytes (8), little-endian.</remarks>
internal sealed class HistoryBound
{
    private const byte FormatVersion = 1;
    private const int PiecesPerMax = 16;

    private readonly long _revisionsMax;
    private readonly long _bytesMax;
    private readonly Queue<Piece> _pieces = [];
    private Piece _last;
    private long _bytes;

    /// <summary>Keeps a history to so many revisions and bytes; what is reached first holds.</summary>
    public HistoryBound(long revisionsMax, long bytesMax) => (_revisionsMax, _bytesMax) = (revisionsMax, bytesMax);

    /// <summary>The history does not have this revision and those before it.</summary>
    public long CompactedThrough { get; private set; }

    /// <summary>The last revision that it has.</summary>
    public long Through => _last.Through;

    /// <summary>The history is empty, and begins after a revision.</summary>
    public void Restart(long revision)
    {
        CompactedThrough = revision;
        _pieces.Clear();
        _last = new Piece(revision, 0);
        _bytes = 0;
    }

    /// <summary>Knows the history that a store holds.</summary>
    public void Load(byte[] record)
    {
        var reader = new FieldReader(record);
        var version = reader.ReadByte();
        Restart(reader.ReadInt64());
        while (reader is { IsAtEnd: false, HasFailed: false })
        {
            if (_last.Through > CompactedThrough)
            {
                _pieces.Enqueue(_last);
            }

            _last = new Piece(reader.ReadInt64(), reader.ReadInt64());
            _bytes += _last.Bytes;
        }

        Invariant.Holds(version == FormatVersion && reader.IsAtEnd, "the record of the history's bound is readable");
    }

    /// <summary>The record to load it from.</summary>
    public byte[] Encode()
    {
        var writer = new FieldWriter(9 + (16 * (_pieces.Count + 1)));
        writer.Write(FormatVersion);
        writer.Write(CompactedThrough);
        foreach (var piece in _pieces.Append(_last))
        {
            writer.Write(piece.Through);
            writer.Write(piece.Bytes);
        }

        return writer.ToArray();
    }

    /// <summary>A block is written.</summary>
    public void Add(long through, int bytes)
    {
        var before = _pieces.Count > 0 ? _pieces.Last().Through : CompactedThrough;
        _bytes += bytes;
        _last = new Piece(through, _last.Bytes + bytes);
        if (through - before >= _revisionsMax / PiecesPerMax || _last.Bytes >= _bytesMax / PiecesPerMax)
        {
            _pieces.Enqueue(_last);
            _last = new Piece(through, 0);
        }
    }

    /// <summary>Lets go of what is too much; false when nothing is.</summary>
    public bool Trim()
    {
        var before = CompactedThrough;
        while (_pieces.TryPeek(out var oldest)
            && (_last.Through - oldest.Through >= _revisionsMax || _bytes - oldest.Bytes >= _bytesMax))
        {
            _pieces.Dequeue();
            _bytes -= oldest.Bytes;
            CompactedThrough = oldest.Through;
        }

        return CompactedThrough > before;
    }

    /// <summary>A run of blocks that go together.</summary>
    private readonly record struct Piece(long Through, long Bytes);
}
