using PaxosWcf.Contracts.Configuration;
using PaxosWcf.Processes;

namespace PaxosWcf.Nemesis;

/// <summary>One replica more, and one less: a sixth is added, and once it votes a member is taken out. Later that one comes back as a new
/// one, and the sixth goes.</summary>
internal sealed class MembersFault(ReplicaSet replicas, MemberDesk members, ServersConfiguration servers) : Fault
{
    public override async Task<bool> RunAsync(FaultStep step, CancellationToken over)
    {
        ReplicaAddress home = servers.Find(step.Victims[0])!;
        Uri[] free = LoopbackServers.FreeAddresses(2);
        var sixth = new ReplicaAddress(servers.Replicas.Max(replica => replica.Id) + 1, free[0], free[1]);
        await replicas.JoinAsync(sixth);
        await BringInAsync(sixth);
        await TakeOutAsync(home);
        await HoldAsync(step.Hold, over);

        // What it promised when it was a member says nothing any more: only an empty disk can be added.
        await replicas.RestartEmptiedAsync(home.Id);
        await BringInAsync(home);
        await TakeOutAsync(sixth);
        await replicas.LeaveAsync(sixth.Id);
        return true;
    }

    private async Task BringInAsync(ReplicaAddress at)
    {
        await members.RequireFencedAsync(at.Id, at.Client);
        await members.AddAsync(at);
        await members.CaughtUpAsync(at.Id, at.Client);
        await members.PromoteAsync(at.Id, at.Client);
    }

    // It goes on running until nobody needs it any more, and must end as it is told to.
    private async Task TakeOutAsync(ReplicaAddress at)
    {
        await members.RemoveAsync(at.Id);
        await replicas.StopAsync(at.Id);
    }
}
