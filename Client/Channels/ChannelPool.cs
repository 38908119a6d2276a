using PaxosWcf.Contracts;

namespace PaxosWcf.Client;

/// <summary>One factory and one channel for each replica, made once and kept: a factory a call would cost most of the
/// throughput.</summary>
/// <param name="options">Names the replicas.</param>
/// <param name="path">Where the service is, below a replica's client address.</param>
/// <param name="sendTimeout">How long one call may take.</param>
internal sealed class ChannelPool<TContract>(PaxosClientOptions options, string path, TimeSpan sendTimeout)
    : IChannelSource<TContract>
    where TContract : class
{
    private readonly Dictionary<int, ReplicaChannel<TContract>> _channels = options.Replicas.ToDictionary(
        r => r.Key,
        r => new ReplicaChannel<TContract>(
            r.Key, new Uri(r.Value, path), WcfBindings.Client(sendTimeout, r.Value.Scheme), options.Logger));

    public Task<TContract> OpenAsync(int replica, CancellationToken cancel) => _channels[replica].OpenAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_channels.Values.Select(c => c.DisposeAsync().AsTask()));
    }
}
