using System.Globalization;

namespace PaxosWcf.Contracts;

/// <summary>The rules for what a client may ask of Range, with the sentence for each breach.</summary>
public static class RangeRules
{
    /// <summary>What is wrong with a range; null when nothing is.</summary>
    /// <param name="prefix">What keys begin with; null or empty: any.</param>
    /// <param name="from">The first key; null or empty: the very first.</param>
    /// <param name="until">The first key beyond it; null: none is.</param>
    /// <param name="keysMax">The most keys of a page.</param>
    public static InvalidRequestFault? Check(string? prefix, string? from, string? until, int keysMax)
    {
        return CheckBound(prefix, nameof(prefix)) ?? CheckBound(from, nameof(from))
            ?? (until is "" ? Fault(nameof(until), "The key that the range ends before is empty, and no key is below that; leave it out for all that follow.") : CheckBound(until, nameof(until)))
            ?? (keysMax is < 1 or > StoreLimits.RangeKeysMax
                ? Fault(nameof(keysMax), string.Create(CultureInfo.InvariantCulture, $"The number of keys is {keysMax}; 1..{StoreLimits.RangeKeysMax} are taken."))
                : null);
    }

    private static InvalidRequestFault? CheckBound(string? text, string field) =>
        string.IsNullOrEmpty(text) ? null : StoreRules.CheckKey(text) is { } fault ? fault with { Field = field } : null;

    private static InvalidRequestFault Fault(string field, string reason) => new() { Field = field, Reason = reason };
}
