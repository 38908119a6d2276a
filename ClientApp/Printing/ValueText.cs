using System.Globalization;
using System.Text;

namespace PaxosWcf.ClientApp;

/// <summary>Values as a person can read them.</summary>
internal static class ValueText
{
    private const int BriefMax = 80;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The text that the bytes are; null when they are no UTF-8.</summary>
    public static string? AsText(byte[] value)
    {
        try
        {
            return Strict.GetString(value);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>The value as one line for a terminal or a report.</summary>
    public static string Display(byte[] value)
    {
        return AsText(value) is { } text
            ? Printable(text)
            : $"{Convert.ToBase64String(value)} (base64: {(value.Length == 1 ? "this byte is" : $"these {value.Length} bytes are")} no UTF-8 text)";
    }

    /// <summary>Printable text, of which a long one shows how it begins.</summary>
    public static string Brief(string text) => text.Length <= BriefMax
        ? Printable(text)
        : string.Create(CultureInfo.InvariantCulture, $"{Printable(text[..BriefMax])}… ({text.Length} characters)");

    /// <summary>Text without characters that a terminal would obey: somebody else may have written it.</summary>
    public static string Printable(string text)
    {
        if (!text.Any(char.IsControl))
        {
            return text;
        }

        var shown = new StringBuilder();
        foreach (char c in text)
        {
            _ = c switch
            {
                '\n' => shown.Append("\\n"),
                '\t' => shown.Append("\\t"),
                _ when char.IsControl(c) => shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => shown.Append(c),
            };
        }

        return shown.ToString();
    }
}
