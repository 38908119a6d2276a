using System.Globalization;

namespace PaxosWcf.ReplicaHost;

/// <summary>Numbers of bytes for people.</summary>
internal static class ByteText
{
    private static readonly string[] Units = ["bytes", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>The number in the largest unit of which there is one at least, with three digits or so: <c>7.25 GiB</c>.</summary>
    public static string Of(long bytes)
    {
        (double number, int unit) = (bytes, 0);
        while (Math.Abs(number) >= 1024 && unit < Units.Length - 1)
        {
            (number, unit) = (number / 1024, unit + 1);
        }

        var format = unit == 0 || Math.Abs(number) >= 100 ? "0" : Math.Abs(number) >= 10 ? "0.#" : "0.##";
        return $"{number.ToString(format, CultureInfo.InvariantCulture)} {Units[unit]}";
    }
}
