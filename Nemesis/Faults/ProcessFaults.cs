namespace PaxosWcf.Nemesis;

// A closed family: what befalls whole processes.

/// <summary>SIGKILL, and a start later.</summary>
internal sealed class KillFault(ReplicaSet replicas) : Fault
{
    public override async Task<bool> RunAsync(FaultStep step, CancellationToken over)
    {
        await replicas.KillAsync(step.Victims);
        await HoldAsync(step.Hold, over);
        await replicas.RestartAsync(step.Victims);
        return true;
    }
}

/// <summary>A pause that the process does not notice: its calls stay open, its clock stands still.</summary>
internal sealed class StopFault(ReplicaSet replicas) : Fault
{
    public override async Task<bool> RunAsync(FaultStep step, CancellationToken over)
    {
        int[] processes = [.. step.Victims.Select(id => replicas.ProcessOf(id).ProcessId)];
        try
        {
            bool[] stopped = Array.ConvertAll(processes, process => LibC.Signal(process, LibC.SigStop));
            await HoldAsync(step.Hold, over);
            return stopped.All(stands => stands);
        }
        finally
        {
            Array.ForEach(processes, process => _ = LibC.Signal(process, LibC.SigCont));
        }
    }
}

/// <summary>The power goes and comes back: what was not flushed is lost.</summary>
internal sealed class PowerFault(ReplicaSet replicas) : Fault
{
    public override async Task<bool> RunAsync(FaultStep step, CancellationToken over)
    {
        await replicas.CutPowerAsync(step.Victims);
        await HoldAsync(step.Hold, over);
        await replicas.RestartAsync(step.Victims);
        return true;
    }
}

/// <summary>A stop in order and a start later, of one replica after the other.</summary>
internal sealed class RollFault(ReplicaSet replicas) : Fault
{
    public override async Task<bool> RunAsync(FaultStep step, CancellationToken over)
    {
        foreach (int victim in step.Victims)
        {
            await replicas.StopAsync(victim);
            await HoldAsync(step.Hold, over);
            await replicas.RestartAsync([victim]);
        }

        return true;
    }
}
