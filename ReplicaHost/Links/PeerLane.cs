using System.Diagnostics;
using PaxosWcf.Consensus;

namespace PaxosWcf.ReplicaHost.Links;

/// <summary>Messages of one kind on their way to one peer: a short queue, and a few calls under way at once. What gathers
/// while calls are under way leaves together where it can.</summary>
internal sealed class PeerLane : IDisposable
{
    private readonly int _queueMax;
    private readonly int _callsMax;
    private readonly Func<Message, Message, Message?> _merge;
    private readonly Func<Message, Task> _call;
    private readonly LinkedList<Message> _queue = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenRegistration _registration;
    private int _underWay;
    private bool _stopping;

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
        _callsMax = callsMax;
        _merge = merge;
        _call = call;
        _registration = stopping.Register(Stop);
    }

    /// <summary>Ends when the lane has ended.</summary>
    public Task Completion => _ended.Task;

    /// <summary>Sends a message, sooner or later or never.</summary>
    public void Send(Message message)
    {
        lock (_queue)
        {
            if (_queue.Count == _queueMax)
            {
                _queue.RemoveFirst();
            }

            _queue.AddLast(message);
            if (_stopping || _underWay == _callsMax)
            {
                return;
            }

            _underWay++;
        }

        // At once, on the loop's thread: it goes on when the message is written to the connection, which takes less than to wake
        // another thread for it.
        _ = RunAsync();
    }

    /// <summary>Lets a message ride on the last one that waits here. False when none waits, or it cannot.</summary>
    public bool TryRide(Message message, Func<Message, Message, Message?> merge)
    {
        lock (_queue)
        {
            if (_queue.Last is not { } last || merge(last.Value, message) is not { } merged)
            {
                return false;
            }

            last.Value = merged;
            return true;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _registration.Dispose();

    private async Task RunAsync()
    {
        // It carries what comes for as long as something does, for whoever it is: none of that belongs to the call that began it.
        if (Activity.Current is not null)
        {
            Activity.Current = null;
        }

        while (Take() is { } message)
        {
            await _call(message);
        }
    }

    // Null when there is nothing left: the turn is over, and the next message begins another.
    private Message? Take()
    {
        lock (_queue)
        {
            if (_stopping || _queue.First is not { } first)
            {
                _underWay--;
                EndWhenIdle();
                return null;
            }

            var message = first.Value;
            _queue.RemoveFirst();
            while (_queue.First is { } next && _merge(message, next.Value) is { } merged)
            {
                _queue.RemoveFirst();
                message = merged;
            }

            return message;
        }
    }

    private void Stop()
    {
        lock (_queue)
        {
            _stopping = true;
            EndWhenIdle();
        }
    }

    private void EndWhenIdle()
    {
        if (_stopping && _underWay == 0)
        {
            _ended.TrySetResult();
        }
    }
}
