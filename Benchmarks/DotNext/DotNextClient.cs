using DotNext.Net.Cluster.Consensus.Raft;
using PaxosWcf.Benchmarks.Load;

namespace PaxosWcf.Benchmarks.DotNext;

/// <summary>Writes handed to DotNext's leader in its own process.</summary>
internal sealed class DotNextClient(DotNextMember leader) : ILoadClient
{
    public async Task PutAsync(string key, byte[] value)
    {
        try
        {
            await leader.ReplicateAsync(DotNextStore.Put(key, value));
        }
        catch (NotLeaderException e)
        {
            throw new CallFailedException(e.Message, e);
        }
    }

    public Task BatchAsync(IReadOnlyList<(string Key, byte[] Value)> puts) => throw new NotSupportedException("Only single writes are measured inside.");

    public Task<int?> GetAsync(string key, bool linearizable) => throw new NotSupportedException("Only writes are measured inside.");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
