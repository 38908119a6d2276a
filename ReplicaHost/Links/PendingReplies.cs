using System.Collections.Concurrent;
using PaxosWcf.Consensus;
using PaxosWcf.Replication;

namespace PaxosWcf.ReplicaHost.Links;

/// <summary>Calls of other replicas that wait for this replica's answer. A reply belongs to the open call that it
/// answers; if that is gone, the reply is lost, which Paxos takes for normal.</summary>
/// <param name="replies">Where answers wait until the loop is given back.</param>
internal sealed class PendingReplies(ReplyQueue replies)
{
    private readonly ConcurrentDictionary<long, Waiting> _waiting = [];
    private long _lastCall;

    /// <summary>Opens a call: its number for the envelope, and the answer to come.</summary>
    public (long Call, Task<Message> Answer) Open()
    {
        var call = Interlocked.Increment(ref _lastCall);
        var waiting = new Waiting();
        _waiting[call] = waiting;
        return (call, waiting.Answer);
    }

    /// <summary>The replica answers a call; it does so within a batch.</summary>
    public void Complete(long call, Message answer)
    {
        if (_waiting.TryRemove(call, out var waiting))
        {
            waiting.Said = answer;
            replies.Add(waiting);
        }
    }

    /// <summary>The batch goes on without those that were answered so far: they are told now.</summary>
    public void Tell() => replies.TellByOthers();

    /// <summary>Nobody waits any more.</summary>
    public void Close(long call) => _waiting.TryRemove(call, out _);

    private sealed class Waiting : IThreadPoolWorkItem
    {
        private readonly TaskCompletionSource<Message> _answer = new();

        public Task<Message> Answer => _answer.Task;

        public Message? Said { get; set; }

        void IThreadPoolWorkItem.Execute() => _answer.TrySetResult(Said!);
    }
}
