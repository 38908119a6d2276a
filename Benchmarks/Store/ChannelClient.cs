using System.ServiceModel;
using PaxosWcf.Benchmarks.Load;
using PaxosWcf.Contracts;

namespace PaxosWcf.Benchmarks.Store;

/// <summary>Calls on the bare channel of the contract, as a program without our library makes them: no failover, and no
/// identity, so that a write that is repeated is written twice.</summary>
internal sealed class ChannelClient : ILoadClient
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
        var factory = WcfFactories.Of<IKeyValueStore>(
            WcfBindings.Client(CallTimeout, replica.Scheme), new Uri(replica, ServicePaths.KeyValueStore));
        IKeyValueStore channel = factory.CreateChannel();
        var communication = (ICommunicationObject)channel;
        await Task.Factory.FromAsync(communication.BeginOpen, communication.EndOpen, null);
        return new ChannelClient(factory, channel);
    }

    public Task PutAsync(string key, byte[] value) => CountAsync(_channel.PutAsync(key, value, identity: null));

    public Task BatchAsync(IReadOnlyList<(string Key, byte[] Value)> puts)
    {
        return CountAsync(_channel.BatchAsync([.. puts.Select(p => BatchOperation.Put(p.Key, p.Value))], identity: null));
    }

    public async Task<int?> GetAsync(string key, bool linearizable)
    {
        ReadConsistency consistency = linearizable ? ReadConsistency.Linearizable : ReadConsistency.Serializable;
        return (await CountAsync(_channel.GetAsync(key, consistency))).Value?.Length;
    }

    // Every call has ended: nothing is lost by not waiting.
    public ValueTask DisposeAsync()
    {
        ((ICommunicationObject)_channel).Abort();
        _factory.Abort();
        return ValueTask.CompletedTask;
    }

    private static async Task<T> CountAsync<T>(Task<T> call)
    {
        try
        {
            return await call;
        }
        catch (Exception e) when (e is CommunicationException or TimeoutException)
        {
            throw new CallFailedException(e.Message, e);
        }
    }
}
