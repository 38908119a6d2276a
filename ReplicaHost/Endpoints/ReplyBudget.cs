using PaxosWcf.Contracts;

namespace PaxosWcf.ReplicaHost.Endpoints;

/// <summary>What the values of one pipeline's answer may take together, so that its reader takes it. Once a value does not fit, no more are read from the
/// store, which would only be left out.</summary>
internal sealed class ReplyBudget
{
    private long _bytes;
    private volatile bool _isSpent;

    /// <summary>Before a value is read.</summary>
    /// <exception cref="System.ServiceModel.FaultException">There is no room for more values.</exception>
    public void Check()
    {
        if (_isSpent)
        {
            throw StoreFaults.Overloaded(nameof(StoreLimits.PipelineReplyBytesMax), StoreLimits.PipelineReplyBytesMax);
        }
    }

    /// <summary>Takes room for a value.</summary>
    /// <exception cref="System.ServiceModel.FaultException">It does not fit.</exception>
    public void Take(int bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) > StoreLimits.PipelineReplyBytesMax)
        {
            _isSpent = true;
            Check();
        }
    }
}
