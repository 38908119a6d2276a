namespace PaxosWcf.History;

/// <summary>The configurations that a search has been in: whatever follows from one need not be tried again. Bounded: when
/// it is full it takes no more, which costs time and never the right answer.</summary>
/// <param name="width">Words of one configuration.</param>
/// <param name="wordsMax">Most words that are kept.</param>
internal sealed class ConfigurationCache(int width, int wordsMax)
{
    private const int Empty = -1;

    private int[] _table = NewTable(64);
    private ulong[] _words = new ulong[64 * width];
    private int _count;

    /// <summary>False when the configuration was there.</summary>
    public bool Add(ReadOnlySpan<ulong> configuration)
    {
        int place = PlaceOf(configuration);
        if (_table[place] != Empty)
        {
            return false;
        }

        if ((_count + 1) * (long)width <= wordsMax)
        {
            Keep(configuration, place);
        }

        return true;
    }

    private void Keep(ReadOnlySpan<ulong> configuration, int place)
    {
        if ((_count + 1) * width > _words.Length)
        {
            Array.Resize(ref _words, (int)Math.Min(2L * _words.Length, Math.Max(wordsMax, _words.Length + width)));
        }

        configuration.CopyTo(_words.AsSpan(_count * width));
        _table[place] = _count++;
        if (2 * _count > _table.Length)
        {
            Rehash();
        }
    }

    private void Rehash()
    {
        _table = NewTable(2 * _table.Length);
        for (int i = 0; i < _count; i++)
        {
            _table[PlaceOf(WordsOf(i))] = i;
        }
    }

    private int PlaceOf(ReadOnlySpan<ulong> configuration)
    {
        int mask = _table.Length - 1;
        int place = (int)Hash(configuration) & mask;
        while (_table[place] != Empty && !WordsOf(_table[place]).SequenceEqual(configuration))
        {
            place = (place + 1) & mask;
        }

        return place;
    }

    private ReadOnlySpan<ulong> WordsOf(int index) => _words.AsSpan(index * width, width);

    private static uint Hash(ReadOnlySpan<ulong> words)
    {
        ulong hash = 14695981039346656037;
        foreach (ulong word in words)
        {
            hash = (hash ^ word) * 0x9E3779B97F4A7C15;
            hash ^= hash >> 32;
        }

        return (uint)hash;
    }

    private static int[] NewTable(int size)
    {
        int[] table = new int[size];
        Array.Fill(table, Empty);
        return table;
    }
}
