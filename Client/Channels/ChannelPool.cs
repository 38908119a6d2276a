using PaxosWcf.Contracts;

namespace PaxosWcf.Client;

/// <summary>One factory and one channel for each replica, made once and kept: a factory a call would cost most of the
/// throughput.</summary>
internal sealed class ChannelPool<TContract>(PaxosClientOptions options, TimeSpan sendTimeout) : IChannelSource<TContract>
    where TContract : class
{
    private readonly Dictionary<int, ReplicaChannel<TContract>> _channels = options.Replicas.ToDictionary(
        r => r.Key,
        r => new ReplicaChannel<TContract>(r.Key, r.Value, WcfBindings.Client(sendTimeout), options.Logger));

    public Task<TContract> OpenAsync(int replica, CancellationToken cancel) => _channels[replica].OpenAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_channels.Values.Select(c => c.DisposeAsync().AsTask()));
    }
}
