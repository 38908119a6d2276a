using System.Text;

namespace PaxosWcf.History;

/// <summary>Values as a history writes them: text as it is, other bytes as lower-case hex behind "hex:".</summary>
public static class HistoryValue
{
    private const string HexPrefix = "hex:";

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Two values are written alike only when they are the same bytes.</summary>
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        // Text that looks like hex is written as hex, or it could not be told from the bytes that it spells.
        return TextOf(bytes) is { } text && !text.StartsWith(HexPrefix, StringComparison.Ordinal)
            ? text
            : HexPrefix + Convert.ToHexStringLower(bytes);
    }

    private static string? TextOf(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
