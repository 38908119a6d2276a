namespace PaxosWcf.Replication.Changes;

/// <summary>Changes of consecutive revisions in memory, oldest first. It grows at its end, by one thread; a <see cref="View"/> of it may be read
/// by any.</summary>
/// <remarks>In pieces: an array of 85,000 bytes and more is a large object to the runtime, which is collected only with everything else.
/// One for each time that the state is written makes a full collection of every other.</remarks>
internal sealed class ChangeRun
{
    /// <summary>Changes of a piece, at most: 48 KiB.</summary>
    public const int PieceMax = 1024;

    private const int PieceAtFirst = 16;

    // Replaced, not written to, when a piece comes in or grows: views keep the one they have.
    private KeyChange[][] _pieces;

    /// <summary>A run of nothing.</summary>
    /// <param name="expected">How many changes are likely to come.</param>
    public ChangeRun(int expected = 0) => _pieces = [new KeyChange[Math.Clamp(expected, PieceAtFirst, PieceMax)]];

    /// <summary>How many changes there are.</summary>
    public int Count { get; private set; }

    /// <summary>What there is now.</summary>
    public View Now => new(_pieces, Count);

    /// <summary>Adds the next change.</summary>
    public void Add(KeyChange change)
    {
        var place = Count % PieceMax;
        if (place == 0 && Count > 0)
        {
            _pieces = [.. _pieces, new KeyChange[PieceMax]];
        }
        else if (place == _pieces[^1].Length)
        {
            var piece = _pieces[^1];
            Array.Resize(ref piece, Math.Min(2 * place, PieceMax));
            _pieces = [.. _pieces[..^1], piece];
        }

        _pieces[^1][place] = change;
        Count++;
    }

    /// <summary>The changes of a run as of one moment.</summary>
    internal readonly record struct View(KeyChange[][] Pieces, int Count)
    {
        public static readonly View OfNothing = new([], 0);

        /// <summary>The revision of the oldest change; there is one.</summary>
        public long FirstRevision => Pieces[0][0].Revision;

        /// <summary>The changes from a revision on, in as many pieces as they are kept in. None where there are none yet; all where the run begins
        /// later.</summary>
        public IEnumerable<ReadOnlyMemory<KeyChange>> From(long revision)
        {
            var next = Count == 0 ? 0 : (int)Math.Clamp(revision - FirstRevision, 0, Count);
            while (next < Count)
            {
                var piece = Pieces[next / PieceMax].AsMemory(0, Math.Min(PieceMax, Count - (next - (next % PieceMax))));
                yield return piece[(next % PieceMax)..];
                next += PieceMax - (next % PieceMax);
            }
        }
    }
}
