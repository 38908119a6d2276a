using System.ServiceModel;
using PaxosWcf.Contracts;

namespace PaxosWcf.ReplicaHost.Links;

/// <summary>One long-lived channel to one service of one peer: made once, opened before use, replaced when faulted.</summary>
internal sealed class PeerChannel<TContract> : IDisposable
    where TContract : class
{
    private readonly ChannelFactory<TContract> _factory;
    private readonly Lock _lock = new();
    private TContract? _channel;

    public PeerChannel(Uri peer, string path, TimeSpan sendTimeout)
    {
        _factory = WcfFactories.Of<TContract>(WcfBindings.Peer(sendTimeout, peer.Scheme), new Uri(peer, path));
        _factory.Open();
    }

    /// <summary>The channel, open.</summary>
    public TContract Get()
    {
        lock (_lock)
        {
            if (_channel is IClientChannel { State: CommunicationState.Opened })
            {
                return _channel;
            }

            (_channel as IClientChannel)?.Abort();
            _channel = _factory.CreateChannel();
            ((IClientChannel)_channel).Open();
            return _channel;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            (_channel as IClientChannel)?.Abort();
            _factory.Abort();
        }
    }
}
