using System.Collections.Concurrent;

namespace PaxosWcf.Nemesis;

/// <summary>The keys that are hammered: a few at a time, so that calls meet, and fresh ones after some hundred calls each,
/// because a call without an answer stays open for ever and makes the search for an order long.</summary>
internal sealed class KeyRing
{
    /// <summary>What all keys begin with.</summary>
    public const string Prefix = "k";

    private const int KeysAtOnce = 6;
    private const int CallsPerKey = 250;

    private readonly ConcurrentDictionary<string, bool> _used = [];
    private int _calls;
    private volatile bool _stays;

    /// <summary>Whether the keys of the moment are to stay: there are no fresh ones, and none is to be removed.</summary>
    public bool Stays => _stays;

    public IReadOnlyList<string> Used => [.. _used.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Has the keys of the moment stay until what it returns is disposed.</summary>
    public IDisposable Stay()
    {
        _stays = true;
        return new GoingOn(this);
    }

    public string Next(Random random)
    {
        int calls = _stays ? Volatile.Read(ref _calls) : Interlocked.Increment(ref _calls);
        int generation = calls / (KeysAtOnce * CallsPerKey);
        string key = $"{Prefix}{generation:D3}/{random.Next(KeysAtOnce)}";
        _used.TryAdd(key, true);
        return key;
    }

    private sealed class GoingOn(KeyRing ring) : IDisposable
    {
        public void Dispose() => ring._stays = false;
    }
}
