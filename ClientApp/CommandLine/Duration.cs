using System.Globalization;

namespace PaxosWcf.ClientApp;

/// <summary>Times as people write them: 250ms, 10s, 1.5m, 1h.</summary>
internal static class Duration
{
    public const string Form = "a number with ms, s, m or h behind it, such as 250ms, 10s or 1.5m, up to 1h";

    private static readonly (string Unit, double Milliseconds)[] Units = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)];

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>Reads a time above zero and up to an hour.</summary>
    public static bool TryParse(string text, out TimeSpan time) => TryParse(text, Hour, out time);

    /// <summary>Reads a time above zero and up to a longest one.</summary>
    public static bool TryParse(string text, TimeSpan longest, out TimeSpan time)
    {
        time = TimeSpan.Zero;
        string digits = text.TrimEnd("mhs".ToCharArray());
        double each = Units.FirstOrDefault(u => u.Unit == text[digits.Length..]).Milliseconds;
        if (each == 0 || !double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count))
        {
            return false;
        }

        double milliseconds = count * each;
        bool fits = milliseconds >= 1 && milliseconds <= longest.TotalMilliseconds;
        time = fits ? TimeSpan.FromMilliseconds(milliseconds) : TimeSpan.Zero;
        return fits;
    }

    public static TimeSpan Parse(string text)
    {
        return TryParse(text, out TimeSpan time) ? time : throw new UsageException($"\"{text}\" is no time; write {Form}.");
    }
}
