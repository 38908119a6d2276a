using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Simulator;

/// <summary>One client's channels to all places where it calls replicas.</summary>
internal sealed class SimulatedChannels(SimulatedCluster cluster, ClientLinks links, Random nonces, Func<UserOperation> current, CallRoute route)
    : IChannelSource<IKeyValueStore>
{
    private readonly Dictionary<ReplicaPlace, SimulatedDoor> _doors = [];

    // A channel over HTTP connects with its first call, not when it is opened.
    public Task<IKeyValueStore> OpenAsync(ReplicaPlace place, CancellationToken cancel)
    {
        if (!_doors.TryGetValue(place, out var door))
        {
            var called = new CalledPlace(cluster, cluster.Replica(place.Replica), place.Address);
            _doors[place] = door = new SimulatedDoor(called, links, nonces, current, route);
        }

        return Task.FromResult<IKeyValueStore>(door);
    }

    /// <summary>Nothing to close: nothing was opened.</summary>
    public void KeepOnly(IReadOnlyCollection<ReplicaPlace> places)
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
