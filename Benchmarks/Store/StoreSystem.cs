using PaxosWcf.Benchmarks.Load;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Benchmarks.Store;

/// <summary>Our store under load.</summary>
internal static class StoreSystem
{
    /// <summary>What results call the store under the library's clients.</summary>
    public const string LibraryName = "paxoswcf";

    /// <summary>And under bare channels.</summary>
    public const string ChannelName = "paxoswcf-channel";

    public static ClientSystem WithLibrary(PaxosClientOptions options)
    {
        IEnumerable<ILoadClient> clients = options.Replicas.Keys.Order().Select(id => new LibraryClient(options, id));
        return new ClientSystem(LibraryName, [.. clients], StoreLimits.BatchBytesMax);
    }

    public static async Task<ClientSystem> WithChannelsAsync(PaxosClientOptions options)
    {
        var clients = new List<ILoadClient>();
        foreach (Uri address in options.Replicas.OrderBy(r => r.Key).Select(r => r.Value))
        {
            clients.Add(await ChannelClient.OpenAsync(address));
        }

        return new ClientSystem(ChannelName, clients, StoreLimits.BatchBytesMax);
    }
}
