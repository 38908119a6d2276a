namespace PaxosWcf.Client;

/// <summary>Where open channels to replicas come from. Production: <see cref="ChannelPool{TContract}"/>; tests: fakes.</summary>
internal interface IChannelSource<TContract> : IAsyncDisposable
{
    /// <summary>An open channel to a replica, shared with all other callers: never close it.</summary>
    Task<TContract> OpenAsync(int replica, CancellationToken cancel);
}
