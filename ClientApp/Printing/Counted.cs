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

    /// <summary>"1 key has", "2 keys have".</summary>
    /// <param name="number">How many.</param>
    /// <param name="one">What one of them is called; several have an s behind it.</param>
    /// <param name="does">What one does.</param>
    /// <param name="doThey">What several do.</param>
    public static string Of(long number, string one, string does, string doThey) => $"{Of(number, one)} {(number == 1 ? does : doThey)}";
}
