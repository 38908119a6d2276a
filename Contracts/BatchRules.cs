using System.Globalization;
using System.Text;

namespace PaxosWcf.Contracts;

/// <summary>The rules for a batch, as <see cref="StoreRules"/> has them for single operations. A breach names the
/// operation's place, counted from 0: <c>operations[2].Key</c>.</summary>
public static class BatchRules
{
    private const string Field = "operations";

    /// <summary>What is wrong with a batch, its sizes apart; null when nothing is.</summary>
    /// <param name="operations">The batch.</param>
    public static InvalidRequestFault? Check(IReadOnlyList<BatchOperation>? operations)
    {
        if (operations is null || operations.Count is 0 or > StoreLimits.BatchOperationsMax)
        {
            return Fault(Field, string.Create(CultureInfo.InvariantCulture,
                $"A batch has 1..{StoreLimits.BatchOperationsMax} operations; this one has {operations?.Count ?? 0}."));
        }

        return CheckEach(operations, Field);
    }

    /// <summary>Whether a value, or all keys and values together, are too large; null when they are not.</summary>
    /// <param name="operations">A batch that <see cref="Check(IReadOnlyList{BatchOperation}?)"/> found nothing wrong with.</param>
    public static RequestTooLargeFault? CheckSize(IReadOnlyList<BatchOperation> operations)
    {
        long bytes = 0;
        for (int i = 0; i < operations.Count; i++)
        {
            byte[] value = operations[i].Value ?? [];
            if (StoreRules.CheckValueSize(value) is { } large)
            {
                return large with { Field = $"{Place(Field, i)}.{nameof(BatchOperation.Value)}" };
            }

            bytes += Encoding.UTF8.GetByteCount(operations[i].Key) + value.Length;
        }

        return bytes <= StoreLimits.BatchBytesMax
            ? null
            : new RequestTooLargeFault { Field = Field, Bytes = bytes, BytesMax = StoreLimits.BatchBytesMax };
    }

    /// <summary>What is wrong with an operation among some; null when nothing is.</summary>
    internal static InvalidRequestFault? CheckEach(IReadOnlyList<BatchOperation> operations, string field)
    {
        for (int i = 0; i < operations.Count; i++)
        {
            if (Check(operations[i], Place(field, i)) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    /// <summary>An operation's place, as a breach names it.</summary>
    internal static string Place(string field, int place) => string.Create(CultureInfo.InvariantCulture, $"{field}[{place}]");

    private static InvalidRequestFault? Check(BatchOperation? operation, string of)
    {
        if (operation is null)
        {
            return Fault(of, "An operation is missing.");
        }

        if (StoreRules.CheckKey(operation.Key) is { } fault)
        {
            return fault with { Field = $"{of}.{nameof(BatchOperation.Key)}" };
        }

        return (operation.Kind, operation.Value) switch
        {
            (BatchOperationKind.Put, null) => Fault($"{of}.{nameof(BatchOperation.Value)}", "A put has no value; an empty one is allowed."),
            (BatchOperationKind.Delete, not null) => Fault($"{of}.{nameof(BatchOperation.Value)}", "A delete has a value; it must be left out."),
            (BatchOperationKind.Delete, _) when operation.LeaseId is not null => Fault($"{of}.{nameof(BatchOperation.LeaseId)}", "A delete has a lease; it must be left out."),
            (BatchOperationKind.Put or BatchOperationKind.Delete, _) => operation.LeaseId is null
                ? null
                : LeaseRules.CheckName(operation.LeaseId, $"{of}.{nameof(BatchOperation.LeaseId)}"),
            _ => Fault($"{of}.{nameof(BatchOperation.Kind)}", "An operation is neither a put nor a delete."),
        };
    }

    private static InvalidRequestFault Fault(string field, string reason) => new() { Field = field, Reason = reason };
}
