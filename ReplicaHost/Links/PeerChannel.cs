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

    public PeerChannel(Uri service, LinkSettings settings)
    {
        _factory = WcfFactories.Of<TContract>(WcfBindings.Peer(settings.CallTimeout, service.Scheme), service, settings.Credentials);
        _factory.Open();
    }

    /// <summary>The channel, open.</summary>
    public TContract Get()
    {
        lock (_lock)
        {
            return Open();
        }
    }

    /// <summary>The channel, open, for calls that may take so long. For lanes that have one call under way at a time.</summary>
    public TContract Get(TimeSpan patience)
    {
        lock (_lock)
        {
            var channel = Open();
            ((IClientChannel)channel).OperationTimeout = patience;
            return channel;
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

    private TContract Open()
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
