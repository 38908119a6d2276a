using System.ServiceModel;
using PaxosWcf.Benchmarks.Load;
using PaxosWcf.ReplicaHost.Endpoints;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Benchmarks.Inside;

/// <summary>Writes handed to the replica where its own door hands them over: no SOAP, no HTTP.</summary>
internal sealed class InsideClient(StoreCalls calls) : ILoadClient
{
    public async Task PutAsync(string key, byte[] value)
    {
        try
        {
            await calls.SubmitAsync(new Put(Identity: null, key, value), CancellationToken.None);
        }
        catch (FaultException e)
        {
            throw new CallFailedException(e.Message, e);
        }
    }

    public Task BatchAsync(IReadOnlyList<(string Key, byte[] Value)> puts) => throw new NotSupportedException("Only single writes are measured inside.");

    public Task<int?> GetAsync(string key, bool linearizable) => throw new NotSupportedException("Only writes are measured inside.");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
