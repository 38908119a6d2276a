using System.Collections.Concurrent;

namespace PaxosWcf.Nemesis;

/// <summary>The keys that are hammered: a few at a time, so that calls meet, and fresh ones after some hundred calls each,
/// because a call without an answer stays open for ever and makes the search for an order long.</summary>
internal sealed class KeyRing
{
    private const int KeysAtOnce = 6;
    private const int CallsPerKey = 250;

    private readonly ConcurrentDictionary<string, bool> _used = [];
    private int _calls;

    public IReadOnlyList<string> Used => [.. _used.Keys.Order(StringComparer.Ordinal)];

    public string Next(Random random)
    {
        int generation = Interlocked.Increment(ref _calls) / (KeysAtOnce * CallsPerKey);
        string key = $"k{generation:D3}/{random.Next(KeysAtOnce)}";
        _used.TryAdd(key, true);
        return key;
    }
}
