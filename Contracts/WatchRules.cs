using System.Globalization;

namespace PaxosWcf.Contracts;

/// <summary>The rules for what a client may ask of Watch, with the sentence for each breach.</summary>
public static class WatchRules
{
    /// <summary>What is wrong with a key or a beginning of keys; null when nothing is.</summary>
    /// <param name="key">A key, or what keys begin with.</param>
    /// <param name="isPrefix">Whether it is a beginning; then it may be empty: all keys.</param>
    public static InvalidRequestFault? CheckKey(string? key, bool isPrefix) =>
        isPrefix && key is "" ? null : StoreRules.CheckKey(key);

    /// <summary>What is wrong with the rest; null when nothing is.</summary>
    /// <param name="fromRevision">The first revision; 0: none.</param>
    /// <param name="changesMax">The most changes of an answer.</param>
    /// <param name="waitMilliseconds">How long to wait for the first.</param>
    public static InvalidRequestFault? Check(long fromRevision, int changesMax, int waitMilliseconds)
    {
        if (fromRevision < 0)
        {
            return Fault("fromRevision", $"The revision is {fromRevision}; the first revision is 1, and 0 asks where the store stands.");
        }

        if (changesMax is < 1 or > StoreLimits.WatchChangesMax)
        {
            return Fault("changesMax", $"The number of changes is {changesMax}; 1..{StoreLimits.WatchChangesMax} are taken.");
        }

        return waitMilliseconds is < 0 or > StoreLimits.WatchMillisecondsMax
            ? Fault("waitMilliseconds", $"The time to wait is {waitMilliseconds} ms; 0..{StoreLimits.WatchMillisecondsMax} are taken.")
            : null;
    }

    private static InvalidRequestFault Fault(string field, FormattableString reason) =>
        new() { Field = field, Reason = reason.ToString(CultureInfo.InvariantCulture) };
}
