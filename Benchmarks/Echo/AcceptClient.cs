using System.ServiceModel;
using PaxosWcf.Benchmarks.Load;
using PaxosWcf.Contracts;

namespace PaxosWcf.Benchmarks.Echo;

/// <summary>Calls of the kind that replicas make to each other: a put is one Accept with one value.</summary>
internal sealed class AcceptClient : ILoadClient
{
    private static readonly BallotData Ballot = new() { Round = 1, Proposer = 1 };

    private readonly ChannelFactory<IAcceptor> _factory;
    private readonly IAcceptor _channel;
    private long _slot;

    public AcceptClient(Uri peer)
    {
        _factory = WcfFactories.Of<IAcceptor>(
            WcfBindings.Peer(TimeSpan.FromSeconds(15), peer.Scheme), new Uri(peer, ServicePaths.Acceptor));
        _channel = _factory.CreateChannel();
        ((ICommunicationObject)_channel).Open();
    }

    public async Task PutAsync(string key, byte[] value)
    {
        long slot = Interlocked.Increment(ref _slot);
        try
        {
            await _channel.AcceptAsync(new AcceptRequest
            {
                From = 1,
                Ballot = Ballot,
                Slots = [slot],
                Values = [value],
                ChosenThrough = slot - 1,
            });
        }
        catch (Exception e) when (e is CommunicationException or TimeoutException)
        {
            throw new CallFailedException(e.Message, e);
        }
    }

    public Task BatchAsync(IReadOnlyList<(string Key, byte[] Value)> puts) => throw new NotSupportedException("An acceptor takes values only.");

    public Task<int?> GetAsync(string key, bool linearizable) => throw new NotSupportedException("An acceptor takes values only.");

    public ValueTask DisposeAsync()
    {
        ((ICommunicationObject)_channel).Abort();
        _factory.Abort();
        return ValueTask.CompletedTask;
    }
}
