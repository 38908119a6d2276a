using dotnet_etcd;
using Etcdserverpb;
using Google.Protobuf;
using Grpc.Core;
using PaxosWcf.Benchmarks.Load;

namespace PaxosWcf.Benchmarks.Etcd;

/// <summary>Calls to one etcd server. A batch is a transaction without compares.</summary>
internal sealed class EtcdLoadClient(Uri server) : ILoadClient
{
    private readonly EtcdClient _etcd = new(
        server.GetLeftPart(UriPartial.Authority),
        configureChannelOptions: options => options.Credentials = ChannelCredentials.Insecure);

    public Task PutAsync(string key, byte[] value) => CountAsync(_etcd.PutAsync(Put(key, value)));

    public Task BatchAsync(IReadOnlyList<(string Key, byte[] Value)> puts)
    {
        var batch = new TxnRequest();
        batch.Success.Add(puts.Select(p => new RequestOp { RequestPut = Put(p.Key, p.Value) }));
        return CountAsync(_etcd.TransactionAsync(batch));
    }

    public async Task<int?> GetAsync(string key, bool linearizable)
    {
        RangeResponse found = await CountAsync(_etcd.GetAsync(
            new RangeRequest { Key = ByteString.CopyFromUtf8(key), Serializable = !linearizable }));
        return found.Kvs.Count == 0 ? null : found.Kvs[0].Value.Length;
    }

    public ValueTask DisposeAsync()
    {
        _etcd.Dispose();
        return ValueTask.CompletedTask;
    }

    // Nobody writes to the array any more.
    private static PutRequest Put(string key, byte[] value) =>
        new() { Key = ByteString.CopyFromUtf8(key), Value = UnsafeByteOperations.UnsafeWrap(value) };

    private static async Task<T> CountAsync<T>(Task<T> call)
    {
        try
        {
            return await call;
        }
        catch (RpcException e)
        {
            throw new CallFailedException(e.Status.ToString(), e);
        }
    }
}
