using System.Diagnostics;
using PaxosWcf.Processes;

namespace PaxosWcf.Nemesis;

/// <summary>No room on one replica's disk, nor any that its files had been given before. It must stop by itself once it needs some; a replica that is started there must
/// refuse, or serve what it has and stop likewise. With room again, a start serves everything that was acknowledged.</summary>
internal sealed class FullDiskFault(ReplicaSet replicas, MemberDesk members) : Fault
{
    // Whatever the last block of each file holds yet, so many slots do not fit into that.
    private const int SlotsMax = 200;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    // Cannot start, or stopped itself: anything else would be a crash.
    private static readonly int[] Sane = [3, 4];

    public override async Task<bool> RunAsync(FaultStep step, CancellationToken over)
    {
        int id = step.Victims[0];
        ReplicaProcess victim = replicas.Doom(id);
        bool stopped;
        try
        {
            await FillAsync(id, victim);
            stopped = await StopsAsync(victim, Patience, "ran out of room");
            await replicas.KillAsync([id]);

            // Its end, and the start, may each give something back.
            replicas.DiskOf(id).Fill();
            bool serves = await replicas.TryRestartAsync(id);
            await FillAsync(id, replicas.ProcessOf(id));
            stopped |= await StopsAsync(replicas.ProcessOf(id), serves ? step.Hold : TimeSpan.Zero, "was started without room");
            await replicas.KillAsync([id]);
        }
        finally
        {
            replicas.DiskOf(id).MakeRoom();
        }

        await replicas.RestartAsync([id]);
        return stopped;
    }

    private async Task FillAsync(int id, ReplicaProcess process)
    {
        await using (await StandStill.OfAsync(process.ProcessId))
        {
            replicas.DiskOf(id).Drain();
            replicas.DiskOf(id).Fill();
        }
    }

    /// <summary>Waits until a replica whose disk is full has stopped. One that does not may have had nothing to write, as when it is cut off; or it goes on without a disk.</summary>
    /// <param name="process">The replica's process.</param>
    /// <param name="patience">How long.</param>
    /// <param name="what">What befell it, for findings.</param>
    /// <returns>Whether it has.</returns>
    internal async Task<bool> StopsAsync(ReplicaProcess process, TimeSpan patience, string what)
    {
        long? before = null;
        long applied = 0;
        for (long start = Stopwatch.GetTimestamp(); !process.HasExited && Stopwatch.GetElapsedTime(start) < patience;)
        {
            if (await members.StatusAsync(process.Id) is { } status)
            {
                before ??= status.AppliedThrough;
                applied = status.AppliedThrough - before.Value;
            }

            await Task.WhenAny(process.Exited, Task.Delay(Pause, CancellationToken.None));
        }

        if (process.HasExited)
        {
            await process.Exited;
            Judge(process, what);
        }
        else if (applied > SlotsMax)
        {
            replicas.Findings.Add($"Replica {process.Id} {what}, and went on: it applied {applied} slots within {patience.TotalSeconds} s, and did not stop.");
        }

        return process.HasExited;
    }

    private void Judge(ReplicaProcess process, string what)
    {
        if (!Sane.Contains(process.ExitCode))
        {
            replicas.Findings.Add($"Replica {process.Id} {what}, and ended with exit code {process.ExitCode}: {process.LastWords}");
        }
    }
}
