using PaxosWcf.Contracts;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.ReplicaHost.Endpoints;

/// <summary>What a client's request must be like before anything is done with it.</summary>
internal static class RequestRules
{
    public static void CheckKey(string? key)
    {
        if (StoreRules.CheckKey(key) is { } fault)
        {
            throw StoreFaults.InvalidRequest(fault);
        }
    }

    public static void CheckValue(byte[]? value)
    {
        if (StoreRules.CheckValue(value) is { } missing)
        {
            throw StoreFaults.InvalidRequest(missing);
        }

        if (StoreRules.CheckValueSize(value!) is { } large)
        {
            throw StoreFaults.RequestTooLarge(large);
        }
    }

    public static void CheckBatch(BatchOperation[]? operations)
    {
        if (BatchRules.Check(operations) is { } fault)
        {
            throw StoreFaults.InvalidRequest(fault);
        }

        if (BatchRules.CheckSize(operations!) is { } large)
        {
            throw StoreFaults.RequestTooLarge(large);
        }
    }

    public static void CheckTransact(Comparison[]? comparisons, BatchOperation[]? then, BatchOperation[]? otherwise)
    {
        if (TransactRules.Check(comparisons, then, otherwise) is { } fault)
        {
            throw StoreFaults.InvalidRequest(fault);
        }

        if (TransactRules.CheckSize(comparisons!, then!, otherwise) is { } large)
        {
            throw StoreFaults.RequestTooLarge(large);
        }
    }

    public static void CheckPipeline(PipelinedCall[]? calls)
    {
        if (PipelineRules.Check(calls) is { } fault)
        {
            throw StoreFaults.InvalidRequest(fault);
        }

        if (PipelineRules.CheckSize(calls!) is { } large)
        {
            throw StoreFaults.RequestTooLarge(large);
        }
    }

    public static void CheckMembers(PipelinedCall call)
    {
        if (PipelineRules.CheckMembers(call) is { } fault)
        {
            throw StoreFaults.InvalidRequest(fault);
        }
    }

    public static void CheckRange(string? prefix, string? from, string? until, int keysMax)
    {
        if (RangeRules.Check(prefix, from, until, keysMax) is { } fault)
        {
            throw StoreFaults.InvalidRequest(fault);
        }
    }

    public static void CheckTimeToLive(int seconds)
    {
        if (LeaseRules.CheckTimeToLive(seconds) is { } fault)
        {
            throw StoreFaults.InvalidRequest(fault);
        }
    }

    public static void CheckLease(string? lease)
    {
        if (LeaseRules.CheckName(lease) is { } fault)
        {
            throw StoreFaults.InvalidRequest(fault);
        }
    }

    public static void CheckLeasesFrom(string? from)
    {
        if (LeaseRules.CheckFrom(from) is { } fault)
        {
            throw StoreFaults.InvalidRequest(fault);
        }
    }

    public static void CheckWatch(string? key, bool isPrefix, long fromRevision, int changesMax, int waitMilliseconds)
    {
        if ((WatchRules.CheckKey(key, isPrefix) ?? WatchRules.Check(fromRevision, changesMax, waitMilliseconds)) is { } fault)
        {
            throw StoreFaults.InvalidRequest(fault);
        }
    }

    public static ClientIdentity? CheckIdentity(RequestIdentity? identity)
    {
        if (identity is null)
        {
            return null;
        }

        CheckNumbered(identity.Session, identity.Sequence, "identity.Session", "identity.Sequence");
        if (identity.AcknowledgedThrough < 0 || identity.AcknowledgedThrough >= identity.Sequence)
        {
            throw StoreFaults.InvalidRequest(
                "identity.AcknowledgedThrough",
                $"is {identity.AcknowledgedThrough}; it must be 0 or more, and less than the sequence {identity.Sequence}.");
        }

        return new ClientIdentity(identity.Session, identity.Sequence, identity.AcknowledgedThrough);
    }

    public static void CheckResolve(string? session, long sequence) => CheckNumbered(session, sequence, nameof(session), nameof(sequence));

    private static void CheckNumbered(string? session, long sequence, string sessionField, string sequenceField)
    {
        if (string.IsNullOrEmpty(session) || session.Length > StoreLimits.SessionCharsMax)
        {
            throw StoreFaults.InvalidRequest(sessionField, $"must be what OpenSession returned: 1 to {StoreLimits.SessionCharsMax} characters.");
        }

        if (!session.All(char.IsAscii))
        {
            throw StoreFaults.InvalidRequest(sessionField, "must be what OpenSession returned: ASCII characters only.");
        }

        if (sequence < 1)
        {
            throw StoreFaults.InvalidRequest(sequenceField, $"is {sequence}; the first is 1.");
        }
    }
}
