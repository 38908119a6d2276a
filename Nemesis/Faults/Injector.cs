using System.Collections.Concurrent;
using System.Diagnostics;
using PaxosWcf.History;

namespace PaxosWcf.Nemesis;

/// <summary>Works a schedule off, one lane for processes and one for links, until time is over.</summary>
internal sealed class Injector(
    FaultSchedule schedule, IReadOnlyDictionary<FaultKind, Fault> faults, HistoryRecorder history, Action<string> say)
{
    private readonly ConcurrentDictionary<FaultKind, int> _counts = [];
    private readonly TaskCompletionSource _dealt = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How often each kind was injected and taken back.</summary>
    public IReadOnlyDictionary<FaultKind, int> Counts => _counts;

    /// <summary>Ends when each kind was injected and taken back.</summary>
    public Task Dealt => _dealt.Task;

    /// <summary>The kinds that were not.</summary>
    public IReadOnlyList<FaultKind> Missing => [.. schedule.Kinds.Where(kind => !_counts.ContainsKey(kind))];

    public Task RunAsync(CancellationToken over) =>
        Task.WhenAll(LaneAsync(schedule.Processes(), over), LaneAsync(schedule.Links(), over));

    private async Task LaneAsync(IEnumerable<FaultStep> steps, CancellationToken over)
    {
        foreach (FaultStep step in steps)
        {
            try
            {
                await Task.Delay(step.Pause, over);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await InjectAsync(step, over);
        }
    }

    private async Task InjectAsync(FaultStep step, CancellationToken over)
    {
        long start = Stopwatch.GetTimestamp();
        say(step.ToString());
        Mark(step, starts: true);
        await faults[step.Kind].RunAsync(step, over);
        Mark(step, starts: false);
        _counts.AddOrUpdate(step.Kind, 1, (_, count) => count + 1);
        if (Missing.Count == 0)
        {
            _dealt.TrySetResult();
        }

        say($"  {step.Kind.ToString().ToLowerInvariant()} over after {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s");
    }

    private void Mark(FaultStep step, bool starts)
    {
        foreach (int victim in step.Victims)
        {
            history.Nemesis(step.Kind.ToString().ToLowerInvariant(), starts, victim);
        }
    }
}
