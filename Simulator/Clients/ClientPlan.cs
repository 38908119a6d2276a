using PaxosWcf.Client;

namespace PaxosWcf.Simulator;

/// <summary>The clients of a run, and how patient everyone is with their calls.</summary>
public sealed record ClientPlan
{
    /// <summary>How many clients there are, each with one call at a time.</summary>
    public int Clients { get; init; } = 4;

    /// <summary>How many keys they share at a time. Fewer: more of them meet on one.</summary>
    public int Keys { get; init; } = 3;

    /// <summary>How many others watch keys, waiting at one replica after the other.</summary>
    public int Watchers { get; init; }

    /// <summary>How many users watch through the client library.</summary>
    public int WatchingUsers { get; init; }

    /// <summary>How many users hold leases, and put keys by them.</summary>
    public int LeasingUsers { get; init; }

    /// <summary>How many users have no client library: they write without an identity, each call once.</summary>
    public int ForeignUsers { get; init; }

    /// <summary>Clients ask who the members are this often, in ticks; 0: never.</summary>
    public int MembersTicks { get; init; }

    /// <summary>After so many calls for each key all go on to fresh ones, so that a history stays quick to check.</summary>
    public int CallsPerKeyMax { get; init; } = 60;

    /// <summary>How long a client waits for one replica, in ticks.</summary>
    public int AttemptTicks { get; init; } = 100;

    /// <summary>How long a client's call may take over all replicas, in ticks.</summary>
    public int OperationTicks { get; init; } = 300;

    /// <summary>How long a replica tries before it answers with a fault, in ticks.</summary>
    public int RequestTicks { get; init; } = 200;

    /// <summary>How long a replica keeps a client's call.</summary>
    internal int PatienceTicks => ClosesConnections ? Math.Min(AttemptTicks, RequestTicks) : RequestTicks;

    /// <summary>Whether a replica notices that a client has given up, because its connection is gone.</summary>
    public bool ClosesConnections { get; init; } = true;

    /// <summary>A client does nothing for at most so long between two calls, in thousandths of a tick.</summary>
    public int PauseMax { get; init; } = 2000;

    /// <summary>What the client library is told of the cluster, and how patient it is.</summary>
    internal PaxosClientOptions Library(SimulatedCluster cluster) => new()
    {
        Replicas = cluster.Replicas.ToDictionary(replica => replica.Id.Number, replica => SimulatedAddresses.First(replica.Id)),
        AttemptTimeout = AttemptTicks * SimulatedClock.Tick,
        OperationTimeout = OperationTicks * SimulatedClock.Tick,
        MembersInterval = MembersTicks * SimulatedClock.Tick,
    };

    /// <summary>How the clients' connections behave at the start.</summary>
    public ClientLinkOptions Links { get; init; } = ClientLinkOptions.Calm;
}
