using System.Text;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Replication.KeyValue;

/// <summary>A page of a range.</summary>
/// <param name="Keys">In the order of their bytes; none between two of them is left out.</param>
/// <param name="Next">The first key of the range that is not in it; null: there is none.</param>
/// <param name="Numbers">Where the state stood that all of it is of.</param>
public sealed record RangeRead(IReadOnlyList<KeyValuePair<string, KeyRecord>> Keys, string? Next, StateNumbers Numbers);

/// <summary>The keys of a range as of one moment: what the store held then, and what it lacked.</summary>
/// <param name="range">Which keys.</param>
/// <param name="stored">The store as of that moment; it goes with this.</param>
/// <param name="unwritten">What was changed since the store was written last.</param>
/// <param name="numbers">Where the state stood.</param>
internal sealed class RangeReading(
    KeyRange range, IStoreSnapshot stored, KeyValuePair<string, KeyRecord?>[] unwritten, StateNumbers numbers) : IDisposable
{
    /// <summary>Reads a page: as far as one more key than it has, and no further.</summary>
    public RangeRead Read(int keysMax, long bytesMax)
    {
        var keys = new List<KeyValuePair<string, KeyRecord>>();
        var bytes = 0L;
        foreach (var (key, record) in Records())
        {
            bytes += key.Length + record.Value.Length;
            if (keys.Count > 0 && (keys.Count == keysMax || bytes > bytesMax))
            {
                return new RangeRead(keys, Encoding.UTF8.GetString(key), numbers);
            }

            keys.Add(new(Encoding.UTF8.GetString(key), record));
        }

        return new RangeRead(keys, Next: null, numbers);
    }

    public void Dispose() => stored.Dispose();

    private IEnumerable<KeyValuePair<byte[], KeyRecord>> Records()
    {
        var (first, end) = (range.First, range.End);
        if (end is not null && ByteOrder.Instance.Compare(first, end) >= 0)
        {
            yield break;
        }

        var changed = Changed(first, end);
        var at = 0;
        foreach (var (key, record) in stored.Scan(StoreFamily.Keys, first, end))
        {
            for (; at < changed.Count && ByteOrder.Instance.Compare(changed[at].Key, key) < 0; at++)
            {
                if (changed[at].Value is { } put)
                {
                    yield return new(changed[at].Key, put);
                }
            }

            var isChanged = at < changed.Count && ByteOrder.Instance.Compare(changed[at].Key, key) == 0;
            if ((isChanged ? changed[at++].Value : KeyRecord.Decode(record)) is { } now)
            {
                yield return new(key, now);
            }
        }

        for (; at < changed.Count; at++)
        {
            if (changed[at].Value is { } put)
            {
                yield return new(changed[at].Key, put);
            }
        }
    }

    // By bytes, as the store has it: characters beyond U+FFFF have another place among those of C#.
    private List<KeyValuePair<byte[], KeyRecord?>> Changed(byte[] first, byte[]? end)
    {
        var changed = new List<KeyValuePair<byte[], KeyRecord?>>();
        foreach (var (key, record) in unwritten)
        {
            var bytes = Encoding.UTF8.GetBytes(key);
            if (ByteOrder.Instance.Compare(bytes, first) >= 0 && (end is null || ByteOrder.Instance.Compare(bytes, end) < 0))
            {
                changed.Add(new(bytes, record));
            }
        }

        changed.Sort(static (one, other) => ByteOrder.Instance.Compare(one.Key, other.Key));
        return changed;
    }
}
