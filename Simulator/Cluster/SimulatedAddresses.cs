using PaxosWcf.Consensus;
using PaxosWcf.Contracts;

namespace PaxosWcf.Simulator;

/// <summary>Where clients call a replica: at an address of its own, and at another one after each time that it was replaced.</summary>
internal static class SimulatedAddresses
{
    /// <summary>Where a replica is when the cluster begins, which clients know from their options.</summary>
    public static Uri First(ReplicaId replica) => After(replica, moves: 0);

    /// <summary>Where it is after it has moved so many times.</summary>
    public static Uri After(ReplicaId replica, int moves) => new(moves == 0 ? $"http://{replica}/" : $"http://{replica}-{moves + 1}/");

    /// <summary>An address as a configuration carries it.</summary>
    public static string Text(Uri address) => address.GetLeftPart(UriPartial.Authority);

    /// <summary>What a replica tells who has learned this configuration.</summary>
    public static MemberReport Report(Configuration configuration, ReplicaId? leader) => new()
    {
        Configuration = configuration.Number,
        Leader = leader?.Number,
        Members = [.. configuration.Members.Select(member => new MemberData
        {
            ReplicaId = member.Id.Number,
            Incarnation = member.Incarnation.ToString(),
            IsVoter = member.IsVoter,
            Client = member.Addresses,
            Peer = "",
        })],
    };
}
