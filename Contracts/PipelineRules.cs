using System.Globalization;
using System.Text;

namespace PaxosWcf.Contracts;

/// <summary>The rules for a pipeline as a whole. What is wrong with one of its calls is told in that call's own reply, so
/// that no call costs another one.</summary>
public static class PipelineRules
{
    private const string Field = "calls";

    /// <summary>What is wrong with a pipeline as a whole, its size apart; null when nothing is.</summary>
    /// <param name="calls">The pipeline.</param>
    public static InvalidRequestFault? Check(IReadOnlyList<PipelinedCall>? calls)
    {
        if (calls is null || calls.Count is 0 or > StoreLimits.PipelineCallsMax)
        {
            return new InvalidRequestFault
            {
                Field = Field,
                Reason = string.Create(CultureInfo.InvariantCulture,
                    $"A pipeline has 1..{StoreLimits.PipelineCallsMax} calls; this one has {calls?.Count ?? 0}."),
            };
        }

        int missing = calls.TakeWhile(call => call is not null).Count();
        return missing == calls.Count
            ? null
            : new InvalidRequestFault { Field = string.Create(CultureInfo.InvariantCulture, $"{Field}[{missing}]"), Reason = "A call is missing." };
    }

    /// <summary>Whether all keys and values together are too large; null when they are not.</summary>
    /// <param name="calls">A pipeline that <see cref="Check"/> found nothing wrong with.</param>
    public static RequestTooLargeFault? CheckSize(IReadOnlyList<PipelinedCall> calls)
    {
        long bytes = calls.Sum(Bytes);
        return bytes <= StoreLimits.PipelineBytesMax
            ? null
            : new RequestTooLargeFault { Field = Field, Bytes = bytes, BytesMax = StoreLimits.PipelineBytesMax };
    }

    /// <summary>What one call adds to its pipeline, in bytes.</summary>
    /// <param name="call">The call.</param>
    public static long Bytes(PipelinedCall call) => Encoding.UTF8.GetByteCount(call.Key ?? "") + (call.Value?.Length ?? 0L);

    /// <summary>Whether a call has a member that its kind does not take; null when it has not.</summary>
    /// <param name="call">The call.</param>
    public static InvalidRequestFault? CheckMembers(PipelinedCall call)
    {
        bool reads = call.Kind is PipelinedCallKind.Get or PipelinedCallKind.ContainsKey;
        return call switch
        {
            { Value: not null, Kind: not PipelinedCallKind.Put } => Surplus(nameof(call.Value), "only a put has a value"),
            { Identity: not null } when reads => Surplus(nameof(call.Identity), "a read has no identity"),
            { Consistency: not null } when !reads => Surplus(nameof(call.Consistency), "a mutation has no consistency"),
            _ => null,
        };
    }

    private static InvalidRequestFault Surplus(string field, string why) =>
        new() { Field = field, Reason = $"It must be left out: {why}." };
}
