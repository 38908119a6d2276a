using System.Diagnostics;
using PaxosWcf.Consensus;

namespace PaxosWcf.ReplicaHost.Links;

/// <summary>Messages of one kind on their way to one peer: a short queue, and a few calls under way at once. What gathers
/// while calls are under way leaves together where it can.</summary>
internal sealed class PeerLane : IDisposable
{
    private readonly WaitingMessages _waiting;
    private readonly Func<Message, Task<Envelope?>> _call;
    private readonly Action<Envelope> _arrived;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenRegistration _registration;
    private bool _stopping;

    /// <summary>Makes a lane.</summary>
    /// <param name="rules">How many may wait, how many calls are under way at once, and what goes together.</param>
    /// <param name="call">Makes one call, and has its answer; null: there is none. It does not throw.</param>
    /// <param name="arrived">Takes each answer. It does not throw.</param>
    /// <param name="stopping">Ends the lane.</param>
    public PeerLane(LaneRules rules, Func<Message, Task<Envelope?>> call, Action<Envelope> arrived, CancellationToken stopping)
    {
        _waiting = new WaitingMessages(rules);
        (_call, _arrived) = (call, arrived);
        _registration = stopping.Register(Stop);
    }

    /// <summary>Ends when the lane has ended.</summary>
    public Task Completion => _ended.Task;

    /// <summary>Sends a message, sooner or later or never.</summary>
    public void Send(Message message)
    {
        lock (_waiting)
        {
            if (_stopping || !_waiting.Add(message))
            {
                return;
            }
        }

        // At once, on the loop's thread: it goes on when the message is written to the connection, which takes less than to wake
        // another thread for it.
        _ = RunAsync();
    }

    /// <summary>Lets what is chosen ride on the last Accept that waits here. False when none waits, or it cannot.</summary>
    public bool TryRide(Message learn)
    {
        lock (_waiting)
        {
            return _waiting.TryRide(learn);
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

        var message = Take();
        var call = message is null ? null : _call(message);
        while (call is not null)
        {
            var answer = await call;

            // The way is free before anybody hears the answer: whoever hears it may be the replica's loop, which sends at once what comes of it, and then waits for its disk.
            message = Take();
            call = message is null ? null : _call(message);
            if (answer is not null)
            {
                _arrived(answer);
            }
        }
    }

    private Message? Take()
    {
        lock (_waiting)
        {
            var message = _waiting.Take();
            EndWhenIdle();
            return message;
        }
    }

    private void Stop()
    {
        lock (_waiting)
        {
            _stopping = true;
            _waiting.Clear();
            EndWhenIdle();
        }
    }

    private void EndWhenIdle()
    {
        if (_stopping && _waiting.IsIdle)
        {
            _ended.TrySetResult();
        }
    }
}
