using PaxosWcf.Contracts;

namespace PaxosWcf.Simulator;

/// <summary>A replica as a client calls it: at an address, where it may no longer be when the call arrives.</summary>
internal sealed record CalledPlace(SimulatedCluster Cluster, SimulatedReplica Replica, Uri Address)
{
    /// <summary>Whether the replica's process takes calls there now.</summary>
    public bool IsThere => Replica is { IsUp: true, IsOutOfReach: false } && Replica.Address == Address;

    /// <summary>What somebody knows of the members who was the replica once, and still answers there; null: nobody does.</summary>
    public MemberReport? FormerMember => Replica.FormerAt(Address);

    /// <inheritdoc/>
    public override string ToString() => Address == SimulatedAddresses.First(Replica.Id) ? $"{Replica.Id}" : $"{Replica.Id} at {Address.Authority}";
}
