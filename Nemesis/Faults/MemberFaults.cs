using PaxosWcf.Contracts.Configuration;
using PaxosWcf.Processes;

namespace PaxosWcf.Nemesis;

// A closed family: what makes a change of the members necessary.

/// <summary>A replica's disk is empty. It must start fenced, and be a voter again once it is readmitted.</summary>
internal sealed class LostDiskFault(ReplicaSet replicas, MemberDesk members) : Fault
{
    public override async Task<bool> RunAsync(FaultStep step, CancellationToken over)
    {
        int id = step.Victims[0];
        await replicas.KillAsync([id]);
        await HoldAsync(step.Hold, over);
        await replicas.RestartEmptiedAsync(id);
        await members.RequireFencedAsync(id);
        await members.ReadmitAsync(id);
        return true;
    }
}

/// <summary>A member goes on as another process at other addresses; then as a third one where it was.</summary>
internal sealed class ReplaceFault(ReplicaSet replicas, MemberDesk members, ServersConfiguration servers) : Fault
{
    public override async Task<bool> RunAsync(FaultStep step, CancellationToken over)
    {
        ReplicaAddress home = servers.Find(step.Victims[0])!;
        Uri[] away = LoopbackServers.FreeAddresses(2);
        await ReplaceAsync(home with { Client = away[0], Peer = away[1] }, elsewhere: true);
        await HoldAsync(step.Hold, over);
        await ReplaceAsync(home, elsewhere: false);
        return true;
    }

    private async Task ReplaceAsync(ReplicaAddress at, bool elsewhere)
    {
        await replicas.KillAsync([at.Id]);
        await replicas.ReplaceProcessAsync(at.Id, elsewhere ? at.Client : null, elsewhere ? at.Peer : null);
        await members.RequireFencedAsync(at.Id, at.Client);
        await members.ReplaceAsync(at.Id, at.Peer, at.Client);
    }
}
