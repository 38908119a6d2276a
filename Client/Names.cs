using System.Globalization;

namespace PaxosWcf.Client;

/// <summary>How this library writes lists and times in sentences.</summary>
internal static class Names
{
    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    public static string Replica(int id) => id == PaxosClientOptions.IdUnknown ? "the replica" : $"replica {id}";

    /// <summary>"1 attempt", "2 attempts".</summary>
    public static string Counted(int number, string one) => string.Create(CultureInfo.InvariantCulture, $"{number} {one}{(number == 1 ? "" : "s")}");

    public static string List(IEnumerable<int> ids) => string.Join(", ", ids.Order());

    public static string Time(TimeSpan time)
    {
        return time < OneSecond
            ? string.Create(CultureInfo.InvariantCulture, $"{Math.Round(time.TotalMilliseconds)} ms")
            : string.Create(CultureInfo.InvariantCulture, $"{Math.Round(time.TotalSeconds, 1)} s");
    }
}
