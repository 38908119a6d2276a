using System.Diagnostics;
using PaxosWcf.Processes;

namespace PaxosWcf.Nemesis;

/// <summary>Every flush of one replica fails. After the first it must stop, with exit code 4: what the disk holds is not
/// known any more, and going on would be a promise without a disk. Its power is cut then, so that what the failed flush
/// should have written is really gone.</summary>
/// <param name="replicas">The replicas.</param>
/// <param name="directory">Where strace logs to.</param>
/// <param name="say">Told where nothing was injected.</param>
internal sealed class FsyncFault(ReplicaSet replicas, string directory, Action<string> say) : Fault
{
    private const int StoppedItself = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private int _count;

    public override async Task<bool> RunAsync(FaultStep step, CancellationToken over)
    {
        int id = step.Victims[0];
        string log = Path.Combine(directory, $"strace-{++_count}.log");
        ReplicaProcess victim = replicas.Doom(id);
        using (Process strace = Tool.Start(
            "strace", "-f", "-qq", "-p", $"{victim.ProcessId}", "-o", log, "-e", "trace=fsync,fdatasync",
            "-e", "inject=fsync,fdatasync:error=EIO"))
        {
            await Task.WhenAny(victim.Exited, Task.Delay(Patience, CancellationToken.None));
            if (!strace.HasExited)
            {
                // It lets go of the replica, and ends; or has ended meanwhile, because the replica has.
                LibC.Signal(strace.Id, LibC.SigTerm);
                await strace.WaitForExitAsync(CancellationToken.None);
            }
        }

        bool injected = Judge(victim, log);
        await replicas.CutPowerAsync([id]);
        await HoldAsync(step.Hold, over);
        await replicas.RestartAsync([id]);
        return injected;
    }

    /// <summary>Looks at what came of it, once strace has let go of the replica.</summary>
    /// <param name="victim">The replica's process.</param>
    /// <param name="log">What strace has logged.</param>
    /// <returns>Whether a flush failed.</returns>
    internal bool Judge(ReplicaProcess victim, string log)
    {
        bool injected = File.Exists(log) && File.ReadLines(log).Any(line => line.Contains("(INJECTED)", StringComparison.Ordinal));
        if (!injected && victim.HasExited)
        {
            replicas.Findings.Add($"Replica {victim.Id} ended by itself with exit code {victim.ExitCode} before any fsync of it had failed: {victim.LastWords}");
        }
        else if (!injected)
        {
            say($"  fsync: replica {victim.Id} made none in {Patience.TotalSeconds} s: nothing was injected");
        }
        else if (!victim.HasExited)
        {
            replicas.Findings.Add($"Replica {victim.Id} went on for {Patience.TotalSeconds} s after an fsync had failed.");
        }
        else if (victim.ExitCode != StoppedItself)
        {
            replicas.Findings.Add($"Replica {victim.Id} ended with exit code {victim.ExitCode} after an fsync had failed: {victim.LastWords}");
        }

        return injected;
    }
}
