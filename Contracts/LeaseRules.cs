using System.Globalization;

namespace PaxosWcf.Contracts;

/// <summary>The rules for what a client may ask about leases, with the sentence for each breach; both ends call it, as they do
/// <see cref="StoreRules"/>.</summary>
public static class LeaseRules
{
    /// <summary>What is wrong with a lease's time to live; null when nothing is.</summary>
    /// <param name="seconds">The time, in seconds.</param>
    public static InvalidRequestFault? CheckTimeToLive(int seconds)
    {
        return seconds is >= StoreLimits.LeaseSecondsMin and <= StoreLimits.LeaseSecondsMax
            ? null
            : Fault("timeToLiveSeconds", string.Create(CultureInfo.InvariantCulture,
                $"The time to live is {seconds} s; {StoreLimits.LeaseSecondsMin}..{StoreLimits.LeaseSecondsMax} seconds are taken."));
    }

    /// <summary>What is wrong with a lease's name; null when nothing is.</summary>
    /// <param name="lease">What GrantLease returned.</param>
    /// <param name="field">Where it stands.</param>
    public static InvalidRequestFault? CheckName(string? lease, string field = "leaseId")
    {
        // No character that would have a meaning where replicas keep it.
        return lease is { Length: > 0 and <= StoreLimits.LeaseCharsMax } && lease.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            ? null
            : Fault(field, string.Create(CultureInfo.InvariantCulture,
                $"It must be what GrantLease returned: 1 to {StoreLimits.LeaseCharsMax} letters, digits and hyphens."));
    }

    /// <summary>What is wrong with the name that leases are listed from; null when nothing is.</summary>
    /// <param name="from">The first that may be among them; null or empty: the very first.</param>
    public static InvalidRequestFault? CheckFrom(string? from) => string.IsNullOrEmpty(from) ? null : CheckName(from, nameof(from));

    private static InvalidRequestFault Fault(string field, string reason) => new() { Field = field, Reason = reason };
}
