using System.Globalization;
using System.Text;

namespace PaxosWcf.Contracts;

/// <summary>The rules for a transaction, with the sentence for each breach; both ends call it, as they do <see cref="StoreRules"/>. A breach names
/// the place, counted from 0: <c>comparisons[2].Key</c>, <c>otherwise[0].Value</c>.</summary>
public static class TransactRules
{
    private const string ComparisonsField = "comparisons";
    private const string ThenField = "then";
    private const string OtherwiseField = "otherwise";

    /// <summary>What is wrong with a transaction, its sizes apart; null when nothing is.</summary>
    /// <param name="comparisons">What must hold.</param>
    /// <param name="then">What is applied where all of it does.</param>
    /// <param name="otherwise">What is applied where it does not; null: nothing.</param>
    public static InvalidRequestFault? Check(
        IReadOnlyList<Comparison>? comparisons, IReadOnlyList<BatchOperation>? then, IReadOnlyList<BatchOperation>? otherwise)
    {
        if (comparisons is null || comparisons.Count is 0 or > StoreLimits.ComparisonsMax)
        {
            return Fault(ComparisonsField, string.Create(CultureInfo.InvariantCulture,
                $"A transaction has 1..{StoreLimits.ComparisonsMax} comparisons; this one has {comparisons?.Count ?? 0}."));
        }

        for (int i = 0; i < comparisons.Count; i++)
        {
            if (Check(comparisons[i], Place(i)) is { } fault)
            {
                return fault;
            }
        }

        return CheckBranch(then, ThenField) ?? CheckBranch(otherwise ?? [], OtherwiseField);
    }

    /// <summary>Whether a value, all keys together, or all keys and values together, are too large; null when they are not.</summary>
    /// <param name="comparisons">Comparisons that <see cref="Check(IReadOnlyList{Comparison}?, IReadOnlyList{BatchOperation}?, IReadOnlyList{BatchOperation}?)"/>
    /// found nothing wrong with.</param>
    /// <param name="then">The same of what is applied where they hold.</param>
    /// <param name="otherwise">The same of what is applied where they do not; null: nothing.</param>
    public static RequestTooLargeFault? CheckSize(
        IReadOnlyList<Comparison> comparisons, IReadOnlyList<BatchOperation> then, IReadOnlyList<BatchOperation>? otherwise)
    {
        (string Field, string Key, byte[]? Value)[] parts =
        [
            .. comparisons.Select((comparison, i) => (Place(i), comparison.Key, comparison.Value)),
            .. then.Select((operation, i) => (BatchRules.Place(ThenField, i), operation.Key, operation.Value)),
            .. (otherwise ?? []).Select((operation, i) => (BatchRules.Place(OtherwiseField, i), operation.Key, operation.Value)),
        ];
        foreach ((string field, _, byte[]? value) in parts)
        {
            if (StoreRules.CheckValueSize(value ?? []) is { } large)
            {
                return large with { Field = $"{field}.{nameof(Comparison.Value)}" };
            }
        }

        long keys = parts.Sum(part => (long)Encoding.UTF8.GetByteCount(part.Key));
        return TooLarge("keys of the transaction", keys, StoreLimits.TransactKeyBytesMax)
            ?? TooLarge("transaction", keys + parts.Sum(part => part.Value?.Length ?? 0L), StoreLimits.TransactBytesMax);
    }

    private static InvalidRequestFault? Check(Comparison? comparison, string of)
    {
        if (comparison is null)
        {
            return Fault(of, "A comparison is missing.");
        }

        if (StoreRules.CheckKey(comparison.Key) is { } fault)
        {
            return fault with { Field = $"{of}.{nameof(Comparison.Key)}" };
        }

        string value = $"{of}.{nameof(Comparison.Value)}";
        string number = $"{of}.{nameof(Comparison.Number)}";
        bool isNumber = comparison.Kind is ComparisonKind.ModificationRevision or ComparisonKind.Version;
        return comparison switch
        {
            { Kind: < ComparisonKind.Value or > ComparisonKind.Version } => Fault($"{of}.{nameof(Comparison.Kind)}", "A comparison is none that the store knows."),
            { Kind: ComparisonKind.Value, Value: null } => Fault(value, "A comparison with a value has none; an empty one is allowed."),
            { Kind: not ComparisonKind.Value, Value: not null } => Fault(value, "It must be left out: only a comparison with a value has one."),
            { Number: null } when isNumber => Fault(number, "A comparison with a number has none."),
            { Number: < 0 } when isNumber => Fault(number, $"What is compared with is {comparison.Number}; 0 or more are taken."),
            { Number: not null } when !isNumber => Fault(number, "It must be left out: only a comparison with a revision or a version has one."),
            _ => null,
        };
    }

    private static InvalidRequestFault? CheckBranch(IReadOnlyList<BatchOperation>? operations, string field)
    {
        return operations is null || operations.Count > StoreLimits.TransactOperationsMax
            ? Fault(field, string.Create(CultureInfo.InvariantCulture,
                $"It has 0..{StoreLimits.TransactOperationsMax} operations; this one has {operations?.Count.ToString(CultureInfo.InvariantCulture) ?? "no list of them"}."))
            : BatchRules.CheckEach(operations, field);
    }

    private static RequestTooLargeFault? TooLarge(string what, long bytes, long bytesMax)
    {
        return bytes <= bytesMax ? null : new RequestTooLargeFault { Field = what, Bytes = bytes, BytesMax = bytesMax };
    }

    private static string Place(int place) => BatchRules.Place(ComparisonsField, place);

    private static InvalidRequestFault Fault(string field, string reason) => new() { Field = field, Reason = reason };
}
