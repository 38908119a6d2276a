using System.ServiceModel;
using PaxosWcf.Benchmarks.Load;
using PaxosWcf.Contracts;

namespace PaxosWcf.Benchmarks.Store;

/// <summary>Calls on the bare channel of the contract, as a program without our library makes them: no failover, and no
/// identity, so that a write that is repeated is written twice.</summary>
internal sealed class ChannelClient : IStoreClient
{
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(15);

    private readonly ChannelFactory<IKeyValueStore> _factory;
    private readonly IKeyValueStore _channel;

    private ChannelClient(ChannelFactory<IKeyValueStore> factory, IKeyValueStore channel)
    {
        (_factory, _channel) = (factory, channel);
    }

    /// <summary>Opens the one channel that all calls share.</summary>
    public static async Task<ChannelClient> OpenAsync(Uri replica)
    {
        var factory = new ChannelFactory<IKeyValueStore>(
            WcfBindings.Client(CallTimeout, replica.Scheme), new EndpointAddress(new Uri(replica, ServicePaths.KeyValueStore)));
        IKeyValueStore channel = factory.CreateChannel();
        var communication = (ICommunicationObject)channel;
        await Task.Factory.FromAsync(communication.BeginOpen, communication.EndOpen, null);
        return new ChannelClient(factory, channel);
    }

    public async Task PutAsync(string key, byte[] value)
    {
        try
        {
            await _channel.PutAsync(key, value, identity: null);
        }
        catch (Exception e) when (e is CommunicationException or TimeoutException)
        {
            throw new CallFailedException(e.Message, e);
        }
    }

    public async Task<byte[]?> GetAsync(string key, ReadConsistency consistency)
    {
        try
        {
            return (await _channel.GetAsync(key, consistency)).Value;
        }
        catch (Exception e) when (e is CommunicationException or TimeoutException)
        {
            throw new CallFailedException(e.Message, e);
        }
    }

    // Every call has ended: nothing is lost by not waiting.
    public ValueTask DisposeAsync()
    {
        ((ICommunicationObject)_channel).Abort();
        _factory.Abort();
        return ValueTask.CompletedTask;
    }
}
