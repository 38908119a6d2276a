namespace PaxosWcf.History;

/// <summary>The configurations that a search has been in and found no way on from. Nor is there one from a configuration
/// that differs only in that more indeterminate operations are used up. Bounded: when the cache is full it takes no more,
/// which costs time and never the right answer.</summary>
/// <param name="width">Words of one configuration.</param>
/// <param name="certainWidth">How many of them, at the beginning, must be equal; the rest are the operations used up.</param>
/// <param name="wordsMax">Most words that are kept.</param>
internal sealed class ConfigurationCache(int width, int certainWidth, int wordsMax)
{
    private const int Empty = -1;

    private int[] _table = NewTable(64);
    private ulong[] _words = new ulong[64 * width];
    private int _count;

    /// <summary>False when the configuration need not be looked at.</summary>
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
            int place = Home(WordsOf(i));
            while (_table[place] != Empty)
            {
                place = After(place);
            }

            _table[place] = i;
        }
    }

    // Where it is, or one that is no worse; or else the free place for it.
    private int PlaceOf(ReadOnlySpan<ulong> configuration)
    {
        int place = Home(configuration);
        while (_table[place] != Empty && !IsNoWorse(WordsOf(_table[place]), configuration))
        {
            place = After(place);
        }

        return place;
    }

    private bool IsNoWorse(ReadOnlySpan<ulong> known, ReadOnlySpan<ulong> configuration)
    {
        if (!known[..certainWidth].SequenceEqual(configuration[..certainWidth]))
        {
            return false;
        }

        for (int i = certainWidth; i < width; i++)
        {
            if ((known[i] & ~configuration[i]) != 0)
            {
                return false;
            }
        }

        return true;
    }

    private int Home(ReadOnlySpan<ulong> configuration) => (int)Hash(configuration[..certainWidth]) & (_table.Length - 1);

    private int After(int place) => (place + 1) & (_table.Length - 1);

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
