using System.Security.Cryptography;
using PaxosWcf.Contracts;

namespace PaxosWcf.Nemesis;

/// <summary>A change of a key, as somebody who watches was told of it.</summary>
/// <param name="Revision">The store's revision that it made.</param>
/// <param name="Slot">The slot of the log that made it.</param>
/// <param name="Key">The key.</param>
/// <param name="Value">The value's <see cref="Fingerprint"/>; null: the key was removed.</param>
internal sealed record ToldChange(long Revision, long Slot, string Key, string? Value)
{
    public static ToldChange Of(KeyChange change) =>
        new(change.Revision, change.Slot, change.Key, change.Kind == KeyChangeKind.Put ? Fingerprint(change.Value!) : null);

    /// <summary>Stands for a value: a long run has too many of them to keep.</summary>
    public static string Fingerprint(byte[] value) => Convert.ToHexString(SHA256.HashData(value).AsSpan(0, 12));
}
