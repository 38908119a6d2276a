using PaxosWcf.Benchmarks.Load;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Benchmarks.Store;

/// <summary>Calls through the client library, which numbers every write so that it is applied exactly once.</summary>
internal sealed class LibraryClient(PaxosClientOptions options) : ILoadClient
{
    private readonly PaxosKeyValueClient _store = new(options);

    public Task PutAsync(string key, byte[] value) => CountAsync(_store.PutAsync(key, value));

    public Task BatchAsync(IReadOnlyList<(string Key, byte[] Value)> puts)
    {
        return CountAsync(_store.BatchAsync([.. puts.Select(p => BatchOperation.Put(p.Key, p.Value))]));
    }

    public async Task<int?> GetAsync(string key, bool linearizable)
    {
        ReadConsistency consistency = linearizable ? ReadConsistency.Linearizable : ReadConsistency.Serializable;
        return (await CountAsync(_store.GetAsync(key, consistency))).Reply.Value?.Length;
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private static async Task<T> CountAsync<T>(Task<T> call)
    {
        try
        {
            return await call;
        }
        catch (PaxosClientException e)
        {
            throw new CallFailedException(e.Message, e);
        }
    }
}
