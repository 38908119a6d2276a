using System.Collections.Concurrent;
using PaxosWcf.Contracts;
using PaxosWcf.Tests.Client;

namespace PaxosWcf.Tests.Console.Page;

/// <summary>What replicas of a fake cluster do, as a test tells it while somebody watches.</summary>
internal sealed class ToldTrace
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, Queue<TraceEvent>> _events = [];
    private readonly ConcurrentDictionary<int, TaskCompletionSource> _asked = [];

    public ToldTrace(FakeCluster cluster) => cluster.Trace = Answer;

    /// <summary>A replica does something.</summary>
    public void Say(int replica, params TraceEvent[] events)
    {
        lock (_lock)
        {
            var queue = _events.TryGetValue(replica, out var known) ? known : _events[replica] = [];
            Array.ForEach(events, queue.Enqueue);
        }
    }

    /// <summary>Ends when a replica is asked.</summary>
    public Task AskedAsync(int replica) => Asked(replica).Task;

    // As real ones, it tells nothing of what was before the first question.
    private TraceReply Answer(int replica, long from)
    {
        lock (_lock)
        {
            var number = Math.Max(from, 1);
            TraceEvent[] events = from > 0 && _events.Remove(replica, out var queue) ? [.. queue.Select(e => e with { Number = number++ })] : [];
            Asked(replica).TrySetResult();
            return new TraceReply { ReplicaId = replica, Events = events, Next = number, HasGap = false, CompleteUntil = DateTime.MaxValue };
        }
    }

    private TaskCompletionSource Asked(int replica) =>
        _asked.GetOrAdd(replica, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
