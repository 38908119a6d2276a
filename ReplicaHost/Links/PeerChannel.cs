using System.ServiceModel;
using PaxosWcf.Consensus;
using PaxosWcf.Contracts;

namespace PaxosWcf.ReplicaHost.Links;

/// <summary>One long-lived channel to one service of one peer: made once, opened before use, replaced when faulted.</summary>
internal sealed class PeerChannel<TContract> : IDisposable
    where TContract : class
{
    private readonly CallPatience _patience;
    private readonly ChannelFactory<TContract> _factory;
    private readonly Lock _lock = new();
    private TContract? _channel;

    // None over https where no certificate is shown: there WCF's own channel calls.
    private AnswerSilence? _silence;

    public PeerChannel(Uri service, LinkSettings settings)
    {
        _patience = settings.Patience;
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

    /// <summary>The channel, open, for a call that brings a message, and may take accordingly long. For lanes that have one call under way at a time.</summary>
    public TContract Get(Message question)
    {
        lock (_lock)
        {
            var channel = Open();
            ((IClientChannel)channel).OperationTimeout = _patience.For(question);
            _silence?.Max = _patience.SilenceFor(question);
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
        _silence = ((IClientChannel)_channel).GetProperty<AnswerSilence>();
        return _channel;
    }
}
