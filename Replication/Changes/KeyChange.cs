using PaxosWcf.Consensus;

namespace PaxosWcf.Replication.Changes;

/// <summary>One change of one key. Every revision of the store is one such change, and they follow each other without a gap.</summary>
/// <param name="Revision">The revision that it made.</param>
/// <param name="Slot">Where it was chosen.</param>
/// <param name="Key">The key.</param>
/// <param name="Value">What was written; null: the key was deleted.</param>
public readonly record struct KeyChange(long Revision, Slot Slot, string Key, ReadOnlyMemory<byte>? Value);

/// <summary>Which keys somebody wants to hear of.</summary>
/// <param name="Key">A key, or what keys begin with; as a beginning it may be empty: all keys.</param>
/// <param name="IsPrefix">Whether it is a beginning.</param>
public readonly record struct ChangeFilter(string Key, bool IsPrefix)
{
    /// <summary>Whether a key is among them.</summary>
    public bool Matches(string key) => IsPrefix ? key.StartsWith(Key, StringComparison.Ordinal) : key == Key;
}
