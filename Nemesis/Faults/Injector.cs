using System.Collections.Concurrent;
using System.Diagnostics;
using PaxosWcf.History;

namespace PaxosWcf.Nemesis;

/// <summary>Works a schedule off, one lane for processes and one for links, until time is over. A fault of processes that needs the links waits until they are whole, and the
/// other lane waits for it.</summary>
internal sealed class Injector(
    FaultSchedule schedule, IReadOnlyDictionary<FaultKind, Fault> faults, HistoryRecorder history, Action<string> say) : IDisposable
{
    private readonly SemaphoreSlim _links = new(1);
    private readonly ConcurrentDictionary<FaultKind, int> _counts = [];
    private readonly ConcurrentDictionary<FaultKind, int> _vain = [];
    private readonly TaskCompletionSource _dealt = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How often each kind was injected, took hold, and was taken back.</summary>
    public IReadOnlyDictionary<FaultKind, int> Counts => _counts;

    /// <summary>How often each kind did not take hold.</summary>
    public IReadOnlyDictionary<FaultKind, int> Vain => _vain;

    /// <summary>Ends when each kind was injected, took hold, and was taken back.</summary>
    public Task Dealt => _dealt.Task;

    /// <summary>The kinds that were not.</summary>
    public IReadOnlyList<FaultKind> Missing => [.. schedule.Kinds.Where(kind => !_counts.ContainsKey(kind))];

    public Task RunAsync(CancellationToken over) =>
        Task.WhenAll(
            LaneAsync(schedule.Processes(), takesLinks: step => faults[step.Kind].NeedsLinks, over),
            LaneAsync(schedule.Links(), takesLinks: _ => true, over));

    public void Dispose() => _links.Dispose();

    private async Task LaneAsync(IEnumerable<FaultStep> steps, Predicate<FaultStep> takesLinks, CancellationToken over)
    {
        FaultStep? again = null;
        foreach (FaultStep step in steps)
        {
            FaultStep? before = again;
            again = await TookHoldAsync(step, takesLinks(step), over) ? null : step;
            if (before is not null)
            {
                // Once more; if it is in vain even now, its kind has its turn with the next cards.
                await TookHoldAsync(before, takesLinks(before), over);
            }

            if (over.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task<bool> TookHoldAsync(FaultStep step, bool takesLinks, CancellationToken over)
    {
        try
        {
            await Task.Delay(step.Pause, over);
            await (takesLinks ? _links.WaitAsync(over) : Task.CompletedTask);
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        try
        {
            return await InjectAsync(step, over);
        }
        finally
        {
            if (takesLinks)
            {
                _links.Release();
            }
        }
    }

    private async Task<bool> InjectAsync(FaultStep step, CancellationToken over)
    {
        long start = Stopwatch.GetTimestamp();
        say(step.ToString());
        Mark(step, starts: true);
        bool tookHold = await faults[step.Kind].RunAsync(step, over);
        Mark(step, starts: false);
        (tookHold ? _counts : _vain).AddOrUpdate(step.Kind, 1, (_, count) => count + 1);
        if (Missing.Count == 0)
        {
            _dealt.TrySetResult();
        }

        say($"  {step.Kind.ToString().ToLowerInvariant()} {(tookHold ? "over" : "did not take hold, and is over")} after {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s");
        return tookHold;
    }

    private void Mark(FaultStep step, bool starts)
    {
        foreach (int victim in step.Victims)
        {
            history.Nemesis(step.Kind.ToString().ToLowerInvariant(), starts, victim);
        }
    }
}
