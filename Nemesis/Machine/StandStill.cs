using System.Diagnostics;

namespace PaxosWcf.Nemesis;

/// <summary>A process of which no thread is in the middle of anything, until this is disposed.</summary>
internal sealed class StandStill : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly int _process;

    private StandStill(int process) => _process = process;

    /// <summary>Has a process stand still, and waits until it does. One that has ended does.</summary>
    /// <exception cref="NemesisException">It does not.</exception>
    public static async Task<StandStill> OfAsync(int process)
    {
        var still = new StandStill(process);
        LibC.Signal(process, LibC.SigStop);
        for (long start = Stopwatch.GetTimestamp(); !IsStill(process); await Task.Delay(Pause))
        {
            if (Stopwatch.GetElapsedTime(start) > Patience)
            {
                await still.DisposeAsync();
                throw new NemesisException($"process {process} was stopped, and does not stand still after {Patience.TotalSeconds} s");
            }
        }

        return still;
    }

    public ValueTask DisposeAsync()
    {
        LibC.Signal(_process, LibC.SigCont);
        return ValueTask.CompletedTask;
    }

    // A call of the system that is under way is over before its thread stands.
    private static bool IsStill(int process)
    {
        string tasks = $"/proc/{process}/task";
        try
        {
            return !Directory.Exists(tasks) || Directory.GetDirectories(tasks).All(task => StateOf(task) is 'T' or 't' or 'Z' or 'X');
        }
        catch (IOException)
        {
            // A thread, or all of it, has ended meanwhile: look again.
            return false;
        }
    }

    // Behind the name, which is in brackets and may have any.
    private static char StateOf(string task)
    {
        string stat = File.ReadAllText(Path.Combine(task, "stat"));
        return stat[stat.LastIndexOf(')') + 2];
    }
}
