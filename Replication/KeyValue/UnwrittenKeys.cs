using System.Collections.Concurrent;
using System.Text;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Replication.KeyValue;

/// <summary>The keys that were changed since the state was last written to the store; readers look here first. One thread
/// changes it, any may read.</summary>
internal sealed class UnwrittenKeys
{
    // A last batch goes beyond the bound: room for it, so that the table does not grow for a few keys, each time anew.
    private const int CapacityAtFirst = 2 * StateMachineLimits.UnwrittenChangesMax;

    private volatile ConcurrentDictionary<string, KeyRecord?> _records = Empty();

    /// <summary>How many changes were made: an upper bound for the keys that they were made to.</summary>
    public int Changes { get; private set; }

    /// <summary>Bytes of keys and values of those changes.</summary>
    public long Bytes { get; private set; }

    /// <summary>What a key holds; null when it is deleted. False when it was not changed.</summary>
    public bool TryGet(string key, out KeyRecord? record) => _records.TryGetValue(key, out record);

    /// <summary>All that was changed, in no order. As of one moment only where nothing is changed meanwhile.</summary>
    public KeyValuePair<string, KeyRecord?>[] All() => [.. _records.Select(static changed => changed)];

    /// <summary>Changes a key; null deletes it.</summary>
    public void Set(string key, KeyRecord? record)
    {
        _records[key] = record;
        Changes++;
        Bytes += key.Length + (record?.Value.Length ?? 0);
    }

    /// <summary>Adds each key once, as it is now, to a write set. In order: so each is put into the store's memory near the one before it,
    /// where the processor has just been.</summary>
    public void WriteTo(WriteSet writes)
    {
        var changed = _records.ToArray();
        KeyOrder.Sort(changed);
        foreach (var (key, record) in changed)
        {
            if (record is not null)
            {
                writes.Put(StoreFamily.Keys, Encoding.UTF8.GetBytes(key), record.Encode());
            }
            else
            {
                writes.Delete(StoreFamily.Keys, Encoding.UTF8.GetBytes(key));
            }
        }
    }

    /// <summary>The state is another one now: what was changed is of no account any more.</summary>
    public void Forget()
    {
        _records = Empty();
        Changes = 0;
        Bytes = 0;
    }

    /// <summary>The store has it all. Whoever still reads the old records finds there what the store holds.</summary>
    public void Clear()
    {
        if (Changes > 0)
        {
            Forget();
        }
    }

    private static ConcurrentDictionary<string, KeyRecord?> Empty() =>
        new(concurrencyLevel: 1, CapacityAtFirst, StringComparer.Ordinal);
}
