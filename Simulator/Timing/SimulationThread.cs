using System.Runtime.CompilerServices;

namespace PaxosWcf.Simulator;

/// <summary>Keeps a simulation on one thread. Continuations of the production client run inline, inside an event; but the
/// platform resumes whoever sleeps in a cancelled <c>Task.Delay</c> on a thread of the pool. While that lasts the
/// simulation stands still, and goes on when the call is over and its user is back: so the order is the seed's again.</summary>
internal sealed class SimulationThread
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly int _id = Environment.CurrentManagedThreadId;
    private readonly object _lock = new();
    private Action? _continuation;
    private volatile bool _standsStill;

    /// <summary>Whether what runs now is part of the simulation.</summary>
    public bool IsRight => Environment.CurrentManagedThreadId == _id || _standsStill;

    /// <summary>Lets a timer ring, and stands still while its owner is elsewhere.</summary>
    /// <param name="ring">The timer's callback.</param>
    /// <param name="isAway">Whether somebody was woken by it, and has gone on elsewhere.</param>
    /// <returns>False when nobody came back.</returns>
    public bool Ring(Action ring, Func<bool> isAway)
    {
        _standsStill = true;
        ring();
        var away = isAway();
        var goOn = away ? AwaitReturn() : null;
        _standsStill = false;
        goOn?.Invoke();
        return !away || goOn is not null;
    }

    /// <summary>Awaits a task, and resumes on this thread in any case.</summary>
    public Awaitable Back(Task task) => new(this, task);

    private Action? AwaitReturn()
    {
        lock (_lock)
        {
            if (_continuation is null)
            {
                Monitor.Wait(_lock, Patience);
            }

            var goOn = _continuation;
            _continuation = null;
            return goOn;
        }
    }

    private void Resume(Action continuation)
    {
        if (Environment.CurrentManagedThreadId == _id)
        {
            continuation();
            return;
        }

        lock (_lock)
        {
            _continuation = continuation;
            Monitor.Pulse(_lock);
        }
    }

    /// <summary>What <see cref="Back"/> returns.</summary>
    internal readonly struct Awaitable(SimulationThread thread, Task task) : ICriticalNotifyCompletion
    {
        public bool IsCompleted => task.IsCompleted;

        public Awaitable GetAwaiter() => this;

        /// <summary>The task itself tells how it ended.</summary>
        public void GetResult()
        {
        }

        public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

        public void UnsafeOnCompleted(Action continuation)
        {
            var home = thread;
            task.ConfigureAwait(false).GetAwaiter().UnsafeOnCompleted(() => home.Resume(continuation));
        }
    }
}
