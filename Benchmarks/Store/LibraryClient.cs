using PaxosWcf.Benchmarks.Load;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Benchmarks.Store;

/// <summary>Calls through the client library, which numbers every write so that it is applied exactly once.</summary>
internal sealed class LibraryClient(PaxosClientOptions options, int replica) : IStoreClient
{
    private readonly PaxosKeyValueClient _store = new(options with { PinnedReplica = replica });

    public async Task PutAsync(string key, byte[] value)
    {
        try
        {
            await _store.PutAsync(key, value);
        }
        catch (PaxosClientException e)
        {
            throw new CallFailedException(e.Message, e);
        }
    }

    public async Task<byte[]?> GetAsync(string key, ReadConsistency consistency)
    {
        try
        {
            return (await _store.GetAsync(key, consistency)).Reply.Value;
        }
        catch (PaxosClientException e)
        {
            throw new CallFailedException(e.Message, e);
        }
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();
}
