using System.ServiceModel;
using PaxosWcf.Contracts;

namespace PaxosWcf.Client;

/// <summary>A call that waits to be sent, alone or with others, and somebody who waits for its answer.</summary>
internal abstract class PipelinedWait(PipelinedCall call)
{
    public PipelinedCall Call => call;

    /// <summary>Asked before it leaves; null: it may.</summary>
    public Func<bool>? MayLeave { get; init; }

    /// <summary>Time stamp of when it left; null: it waits, or never leaves.</summary>
    public long? LeftAt { get; set; }

    /// <summary>Whether it changes nothing, and may be sent again as often as one likes.</summary>
    public bool IsRead => call.Kind is PipelinedCallKind.Get or PipelinedCallKind.ContainsKey;

    /// <summary>What it adds to a message, in bytes.</summary>
    public long Bytes { get; } = PipelineRules.Bytes(call);

    /// <summary>Where it waits, for its lane.</summary>
    public LinkedListNode<PipelinedWait>? Place { get; set; }

    /// <summary>Sends it in a message of its own.</summary>
    /// <param name="channel">The replica.</param>
    /// <param name="failed">Told of a failure before whoever waits for the answer is.</param>
    public abstract Task SendAloneAsync(IKeyValueStore channel, Action<Exception> failed);

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
    // This call's, and not that of whichever call's end lets it leave.
    private readonly RequestDeparture? _departure = RequestDeparture.Current;
    private readonly TaskCompletionSource<TReply> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TReply> Answer => _answer.Task;

    public override async Task SendAloneAsync(IKeyValueStore channel, Action<Exception> failed)
    {
        RequestDeparture.Current = _departure;
        try
        {
            _answer.TrySetResult(await alone(channel));
        }
        catch (Exception e)
        {
            failed(e);
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
