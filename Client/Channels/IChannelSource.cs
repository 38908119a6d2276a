namespace PaxosWcf.Client;

/// <summary>Where open channels to replicas come from. Production: <see cref="ChannelPool{TContract}"/>; tests: fakes.</summary>
internal interface IChannelSource<TContract> : IAsyncDisposable
{
    /// <summary>An open channel to a replica, shared with all other callers: never close it.</summary>
    Task<TContract> OpenAsync(ReplicaPlace place, CancellationToken cancel);

    /// <summary>Closes the channels to all other places, once the calls that are under way there have had their time.</summary>
    void KeepOnly(IReadOnlyCollection<ReplicaPlace> places);

    /// <summary>Nobody waits for a call any more: whoever disposes it need not wait for answers either.</summary>
    void Abandon()
    {
    }
}
