using System.Security.Cryptography;
using System.Text;

namespace PaxosWcf.ClientApp;

/// <summary>The format of a backup file; docs/storage.md describes it.</summary>
/// <remarks>
/// <c>PaxosWcf backup</c> and a line feed (16 bytes); format version (1 byte); the header: its length (4 bytes, little-endian like
/// all numbers), cluster, revision, slot, keys, time in milliseconds since 1970, as BinaryWriter writes them, SHA-256 of the header;
/// then blocks: 1, length (4), entries, SHA-256 of the entries; then 0 and the number of keys (8); at last SHA-256 of all before it.
/// Entries: key, create revision, modification revision, version, length of the value (4), value.
/// </remarks>
internal static class BackupFormat
{
    public const byte Version = 1;

    public const byte Block = 1;

    public const byte End = 0;

    /// <summary>Longest header and block, in bytes: a reader refuses more, so that a damaged length costs no memory.</summary>
    public const int BlockBytesMax = 16 << 20;

    public const int HashBytes = SHA256.HashSizeInBytes;

    public static ReadOnlySpan<byte> Magic => "PaxosWcf backup\n"u8;

    public static readonly UTF8Encoding Text = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
