using Microsoft.Extensions.Time.Testing;

namespace PaxosWcf.Tests.Client;

/// <summary>Time that stands still until a test lets it pass, and tells when a timer is set: so that it passes only once somebody waits for it.</summary>
internal sealed class StillTime : FakeTimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<TimeSpan> _set = [];
    private TaskCompletionSource _next = Source();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ITimer timer = base.CreateTimer(callback, state, dueTime, period);
        TaskCompletionSource told;
        lock (_lock)
        {
            _set.Add(dueTime);
            (told, _next) = (_next, Source());
        }

        told.SetResult();
        return timer;
    }

    /// <summary>Waits until a timer is set for so long from now. Each is waited for once.</summary>
    public async Task IsSetAsync(TimeSpan due, CancellationToken cancel)
    {
        while (true)
        {
            Task next;
            lock (_lock)
            {
                if (_set.Remove(due))
                {
                    return;
                }

                next = _next.Task;
            }

            await next.WaitAsync(cancel);
        }
    }

    /// <summary>Lets time pass once a timer waits for that.</summary>
    public async Task PassAsync(TimeSpan due, CancellationToken cancel)
    {
        await IsSetAsync(due, cancel);
        Advance(due);
    }

    private static TaskCompletionSource Source() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
