using System.ServiceModel;
using PaxosWcf.Contracts;

namespace PaxosWcf.Client;

/// <summary>A call that waits to be sent, alone or with others, and somebody who waits for its answer.</summary>
internal abstract class PipelinedWait(PipelinedCall call)
{
    public PipelinedCall Call => call;

    /// <summary>Whether it changes nothing, and may be sent again as often as one likes.</summary>
    public bool IsRead => call.Kind is PipelinedCallKind.Get or PipelinedCallKind.ContainsKey;

    /// <summary>What it adds to a message, in bytes.</summary>
    public long Bytes { get; } = PipelineRules.Bytes(call);

    /// <summary>Sends it in a message of its own.</summary>
    public abstract Task SendAloneAsync(IKeyValueStore channel);

    /// <summary>Its answer came, among others.</summary>
    public abstract void OnReply(PipelinedReply reply);

    /// <summary>The message that it was in came to nothing.</summary>
    public abstract void OnFailed(Exception error);
}

/// <inheritdoc cref="PipelinedWait"/>
/// <param name="call">What is asked.</param>
/// <param name="alone">Sends it in a message of its own.</param>
/// <param name="replyOf">Finds its answer in a pipelined reply.</param>
internal sealed class PipelinedWait<TReply>(
    PipelinedCall call, Func<IKeyValueStore, Task<TReply>> alone, Func<PipelinedReply, TReply?> replyOf) : PipelinedWait(call)
    where TReply : class
{
    private readonly TaskCompletionSource<TReply> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TReply> Answer => _answer.Task;

    public override async Task SendAloneAsync(IKeyValueStore channel)
    {
        try
        {
            _answer.TrySetResult(await alone(channel));
        }
        catch (Exception e)
        {
            _answer.TrySetException(e);
        }
    }

    public override void OnReply(PipelinedReply reply)
    {
        if (replyOf(reply) is { } own)
        {
            _answer.TrySetResult(own);
        }
        else
        {
            _answer.TrySetException(reply.Fault is { } fault
                ? PipelinedFaults.Exception(fault)
                : new ProtocolException($"The reply to a pipelined {Call.Kind} holds neither its answer nor a fault."));
        }
    }

    public override void OnFailed(Exception error) => _answer.TrySetException(error);
}
