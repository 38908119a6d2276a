using System.Globalization;

namespace PaxosWcf.ClientApp;

/// <summary>Numbers of things, as a person writes them.</summary>
internal static class Counted
{
    /// <summary>"1 key", "2 keys".</summary>
    /// <param name="number">How many.</param>
    /// <param name="one">What one of them is called; several have an s behind it.</param>
    public static string Of(long number, string one) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {one}{(number == 1 ? "" : "s")}");
}
