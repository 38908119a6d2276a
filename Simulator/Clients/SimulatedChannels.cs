using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Simulator;

/// <summary>One client's channels to all replicas.</summary>
internal sealed class SimulatedChannels : IChannelSource<IKeyValueStore>
{
    private readonly SimulatedDoor[] _doors;

    public SimulatedChannels(SimulatedCluster cluster, ClientLinks links, Random nonces, Func<UserOperation> current, CallRoute route)
    {
        _doors = [.. cluster.Replicas.Select(replica => new SimulatedDoor(cluster, replica, links, nonces, current, route))];
    }

    // A channel over HTTP connects with its first call, not when it is opened.
    public Task<IKeyValueStore> OpenAsync(ReplicaPlace place, CancellationToken cancel) =>
        Task.FromResult<IKeyValueStore>(_doors[place.Replica - 1]);

    /// <summary>Nothing to close: nothing was opened.</summary>
    public void KeepOnly(IReadOnlyCollection<ReplicaPlace> places)
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
