using PaxosWcf.Consensus;

namespace PaxosWcf.ReplicaHost.Links;

/// <summary>Messages of one kind on their way to one peer: a short queue, and a few calls under way at once. What gathers
/// while calls are under way leaves together where it can.</summary>
internal sealed class PeerLane : IDisposable
{
    private readonly int _queueMax;
    private readonly Func<Message, Message, Message?> _merge;
    private readonly Func<Message, Task> _call;
    private readonly CancellationToken _stopping;
    private readonly Queue<Message> _queue = [];
    private readonly SemaphoreSlim _waiting = new(0);

    /// <summary>Makes a lane.</summary>
    /// <param name="queueMax">Messages that may wait; beyond it the oldest are lost, as they might be in the network.</param>
    /// <param name="callsMax">Calls under way at once.</param>
    /// <param name="merge">Makes one message of two that follow each other, or null where they must go apart.</param>
    /// <param name="call">Makes one call. It does not throw.</param>
    /// <param name="stopping">Ends the lane.</param>
    public PeerLane(
        int queueMax, int callsMax, Func<Message, Message, Message?> merge, Func<Message, Task> call,
        CancellationToken stopping)
    {
        _queueMax = queueMax;
        _merge = merge;
        _call = call;
        _stopping = stopping;
        Completion = Task.WhenAll(Enumerable.Range(0, callsMax).Select(_ => Task.Run(RunAsync)));
    }

    /// <summary>Ends when the lane has ended.</summary>
    public Task Completion { get; }

    /// <summary>Sends a message, sooner or later or never.</summary>
    public void Send(Message message)
    {
        lock (_queue)
        {
            if (_queue.Count == _queueMax)
            {
                _queue.Dequeue();
            }

            _queue.Enqueue(message);
        }

        _waiting.Release();
    }

    /// <inheritdoc/>
    public void Dispose() => _waiting.Dispose();

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                await _waiting.WaitAsync(_stopping);
                if (Take() is { } message)
                {
                    await _call(message);
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Stopping is the one way for a lane to end.
            return;
        }
    }

    // Null when an earlier call took along what this turn was for.
    private Message? Take()
    {
        lock (_queue)
        {
            if (!_queue.TryDequeue(out var message))
            {
                return null;
            }

            while (_queue.TryPeek(out var next) && _merge(message, next) is { } merged)
            {
                _queue.Dequeue();
                message = merged;
            }

            return message;
        }
    }
}
