namespace PaxosWcf.Replication.Storage;

/// <summary>The families of a store as sorted arrays: a search is a few comparisons, a copy is one block move.</summary>
/// <remarks>An insert moves what lies behind it: well suited to logs and to some ten thousand keys, not to millions.</remarks>
internal sealed class MemoryFamilies
{
    private readonly SortedList<byte[], byte[]>[] _families;

    public MemoryFamilies()
        => _families = [.. Enum.GetValues<StoreFamily>().Select(_ => new SortedList<byte[], byte[]>(ByteOrder.Instance))];

    private MemoryFamilies(MemoryFamilies other)
        => _families = [.. other._families.Select(family => new SortedList<byte[], byte[]>(family, ByteOrder.Instance))];

    public MemoryFamilies Copy() => new(this);

    public byte[]? Find(StoreFamily family, ReadOnlySpan<byte> key)
    {
        SortedList<byte[], byte[]> records = _families[(int)family];
        int i = FirstFrom(records, key);
        return i < records.Count && key.SequenceEqual(records.GetKeyAtIndex(i)) ? records.GetValueAtIndex(i) : null;
    }

    public void Set(StoreWrite write)
    {
        SortedList<byte[], byte[]> records = _families[(int)write.Family];
        if (write.Value is { } value)
        {
            records[write.Key] = value;
        }
        else
        {
            records.Remove(write.Key);
        }
    }

    /// <summary>The records with <c>from ≤ key &lt; until</c>, copied out.</summary>
    public List<KeyValuePair<byte[], byte[]>> Range(StoreFamily family, byte[] from, byte[]? until)
    {
        SortedList<byte[], byte[]> records = _families[(int)family];
        var found = new List<KeyValuePair<byte[], byte[]>>();
        for (int i = FirstFrom(records, from); i < records.Count; i++)
        {
            byte[] key = records.GetKeyAtIndex(i);
            if (until is not null && ByteOrder.Instance.Compare(key, until) >= 0)
            {
                break;
            }

            found.Add(new(key, records.GetValueAtIndex(i)));
        }

        return found;
    }

    /// <summary>Removes the records with <c>from ≤ key &lt; until</c>, and returns them.</summary>
    public List<KeyValuePair<byte[], byte[]>> TakeRange(StoreFamily family, byte[] from, byte[] until)
    {
        List<KeyValuePair<byte[], byte[]>> taken = Range(family, from, until);
        if (taken.Count == 0)
        {
            return taken;
        }

        SortedList<byte[], byte[]> old = _families[(int)family];
        int first = FirstFrom(old, from);
        if (taken.Count < 16)
        {
            for (int i = first + taken.Count - 1; i >= first; i--)
            {
                old.RemoveAt(i);
            }

            return taken;
        }

        // Each removal moves all that lies behind it, so many are taken at once by keeping the others.
        var kept = new SortedList<byte[], byte[]>(old.Count - taken.Count, ByteOrder.Instance);
        for (int i = 0; i < old.Count; i++)
        {
            if (i < first || i >= first + taken.Count)
            {
                kept.Add(old.GetKeyAtIndex(i), old.GetValueAtIndex(i));
            }
        }

        _families[(int)family] = kept;
        return taken;
    }

    private static int FirstFrom(SortedList<byte[], byte[]> records, ReadOnlySpan<byte> from)
    {
        int low = 0;
        int high = records.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (records.GetKeyAtIndex(middle).AsSpan().SequenceCompareTo(from) < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
