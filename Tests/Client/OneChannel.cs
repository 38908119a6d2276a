using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Client;

/// <summary>The same channel for whatever place.</summary>
internal sealed class OneChannel(IKeyValueStore store) : IChannelSource<IKeyValueStore>
{
    public Task<IKeyValueStore> OpenAsync(ReplicaPlace place, CancellationToken cancel) => Task.FromResult(store);

    public void KeepOnly(IReadOnlyCollection<ReplicaPlace> places)
    {
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
