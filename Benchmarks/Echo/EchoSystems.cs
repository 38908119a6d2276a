using PaxosWcf.Benchmarks.Load;
using PaxosWcf.Benchmarks.Store;

namespace PaxosWcf.Benchmarks.Echo;

/// <summary>What the SOAP stack alone does: calls of the product's own shapes, answered at once by one server.</summary>
internal static class EchoSystems
{
    /// <summary>Text, as clients speak: the ceiling of every call of a client.</summary>
    public const string StoreName = "echo";

    /// <summary>Binary, as replicas speak; a put is an Accept with one value.</summary>
    public const string PeerName = "echo-peer";

    public static async Task<IReadOnlyList<ILoadSystem>> BothAsync(EchoProcess server) =>
        [await StoreAsync(server), new OneServerSystem(PeerName, new AcceptClient(server.Acceptor), [LoadKind.Put])];

    public static async Task<ILoadSystem> StoreAsync(EchoProcess server)
    {
        return new OneServerSystem(StoreName, await ChannelClient.OpenAsync(server.Store), [LoadKind.Put, LoadKind.Get]);
    }
}
