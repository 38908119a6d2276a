using System.Collections.Concurrent;
using PaxosWcf.Consensus;

namespace PaxosWcf.ReplicaHost.Links;

/// <summary>Calls of other replicas that wait for this replica's answer. A reply belongs to the open call that it
/// answers; if that is gone, the reply is lost, which Paxos takes for normal.</summary>
internal sealed class PendingReplies
{
    private readonly ConcurrentDictionary<long, TaskCompletionSource<Message>> _waiting = [];
    private long _lastCall;

    /// <summary>Opens a call: its number for the envelope, and the answer to come.</summary>
    public (long Call, Task<Message> Answer) Open()
    {
        var call = Interlocked.Increment(ref _lastCall);
        var answer = new TaskCompletionSource<Message>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[call] = answer;
        return (call, answer.Task);
    }

    /// <summary>The replica answers a call.</summary>
    public void Complete(long call, Message answer)
    {
        if (_waiting.TryRemove(call, out var waiting))
        {
            waiting.TrySetResult(answer);
        }
    }

    /// <summary>Nobody waits any more.</summary>
    public void Close(long call) => _waiting.TryRemove(call, out _);
}
