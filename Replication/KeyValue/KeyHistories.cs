using System.Runtime.InteropServices;

namespace PaxosWcf.Replication.KeyValue;

/// <summary>What a write must know of the key before it.</summary>
/// <param name="CreateRevision">The revision at which the key was created.</param>
/// <param name="Version">How often it was written since; 0: there is no such key.</param>
internal readonly record struct KeyHistory(long CreateRevision, long Version);

/// <summary>The histories of the keys written lately, so that a write need not read the store: a read of RocksDB costs
/// more than all the rest of applying a put.</summary>
/// <remarks>Two generations: when the young one is full it becomes the old one, and the old one is dropped. A key that is
/// asked for again moves to the young one. What is not here is in the store.</remarks>
internal sealed class KeyHistories
{
    /// <summary>Keys of one generation, at most; two generations of keys of 16 characters take some 28 MB.</summary>
    public const int KeysMax = 128 * 1024;

    /// <summary>Characters of the keys of one generation, at most, for long keys.</summary>
    public const int CharactersMax = 4 * 1024 * 1024;

    private Dictionary<string, KeyHistory> _young = new(StringComparer.Ordinal);
    private Dictionary<string, KeyHistory> _old = new(StringComparer.Ordinal);
    private int _characters;

    /// <summary>Where the history of a key is, to be read and to be set: one search for both. A key that was not here is, from now on, with a
    /// history of none: whoever asked has to look it up, and set it, before the next question.</summary>
    /// <param name="key">The key.</param>
    /// <param name="isHere">False: what the place holds is not known.</param>
    public ref KeyHistory PlaceOf(string key, out bool isHere)
    {
        if (_young.Count >= KeysMax || _characters >= CharactersMax)
        {
            (_old, _young) = (_young, _old);
            _young.Clear();
            _characters = 0;
        }

        ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(_young, key, out isHere);
        if (!isHere)
        {
            _characters += key.Length;
            isHere = _old.TryGetValue(key, out place);
        }

        return ref place;
    }
}
