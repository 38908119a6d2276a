using PaxosWcf.Contracts;
using PaxosWcf.ReplicaHost.Hosting;

namespace PaxosWcf.ReplicaHost.Endpoints;

/// <summary>What the values of one pipeline's answer may take together, so that its reader takes it. Once several did not fit, no more are read from the
/// store, which would only be left out.</summary>
/// <param name="context">Of the call that carries the pipeline.</param>
internal sealed class ReplyBudget(ICallContext context)
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
        var together = Interlocked.Add(ref _bytes, bytes);
        if (together > StoreLimits.PipelineReplyBytesMax)
        {
            Interlocked.Add(ref _bytes, -bytes);
            Interlocked.Increment(ref _refusals);
            throw Refusal();
        }
        context.TakeForAnswer(Math.Min(bytes, together - ByteBudget.FreeBytes));
    }

    private static System.ServiceModel.FaultException Refusal() => StoreFaults.Overloaded(nameof(StoreLimits.PipelineReplyBytesMax), StoreLimits.PipelineReplyBytesMax);
}
