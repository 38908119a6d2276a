using PaxosWcf.Contracts;

namespace PaxosWcf.ReplicaHost.Endpoints;

/// <summary>What the values of one pipeline's answer may take together, so that its reader takes it. Once several did not fit, no more are read from the
/// store, which would only be left out.</summary>
internal sealed class ReplyBudget
{
    // Small ones may still fit where large ones do not.
    private const int RefusalsMax = 8;

    private long _bytes;
    private int _refusals;

    /// <summary>Before a value is read.</summary>
    /// <exception cref="System.ServiceModel.FaultException">There is no room for more values.</exception>
    public void Check()
    {
        if (Volatile.Read(ref _refusals) >= RefusalsMax)
        {
            throw Refusal();
        }
    }

    /// <summary>Takes room for a value.</summary>
    /// <exception cref="System.ServiceModel.FaultException">It does not fit.</exception>
    public void Take(int bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) > StoreLimits.PipelineReplyBytesMax)
        {
            Interlocked.Add(ref _bytes, -bytes);
            Interlocked.Increment(ref _refusals);
            throw Refusal();
        }
    }

    private static System.ServiceModel.FaultException Refusal() => StoreFaults.Overloaded(nameof(StoreLimits.PipelineReplyBytesMax), StoreLimits.PipelineReplyBytesMax);
}
