using PaxosWcf.Processes;

namespace PaxosWcf.Nemesis;

/// <summary>No room on one replica's disk. It must stop by itself once it needs some; a replica that is started there must
/// refuse, or serve what it has. With room again, a start serves everything that was acknowledged.</summary>
internal sealed class FullDiskFault(ReplicaSet replicas) : Fault
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    // Cannot start, or stopped itself: anything else would be a crash.
    private static readonly int[] Sane = [3, 4];

    public override async Task RunAsync(FaultStep step, CancellationToken over)
    {
        int id = step.Victims[0];
        ReplicaProcess victim = replicas.Doom(id);
        replicas.DiskOf(id).Fill();
        try
        {
            await Task.WhenAny(victim.Exited, Task.Delay(Patience, CancellationToken.None));
            if (victim.HasExited)
            {
                Judge(victim, "ran out of room");
            }

            // What it had reserved before may have been enough; a start never has enough.
            await replicas.KillAsync([id]);
            bool serves = await replicas.TryRestartAsync(id);
            await HoldAsync(serves ? step.Hold : TimeSpan.Zero, over);
            if (!serves)
            {
                Judge(replicas.ProcessOf(id), "was started without room");
            }

            await replicas.KillAsync([id]);
        }
        finally
        {
            replicas.DiskOf(id).MakeRoom();
        }

        await replicas.RestartAsync([id]);
    }

    private void Judge(ReplicaProcess process, string what)
    {
        if (!Sane.Contains(process.ExitCode))
        {
            replicas.Findings.Add($"Replica {process.Id} {what}, and ended with exit code {process.ExitCode}: {process.LastWords}");
        }
    }
}
