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

    /// <summary>And under clients of the library that prefer the leader.</summary>
    public const string LeaderName = "paxoswcf-leader";

    /// <summary>A client for each replica, which calls that one only.</summary>
    public static ClientSystem WithLibrary(PaxosClientOptions options) =>
        OfLibrary(LibraryName, options, id => options with { PinnedReplica = id });

    /// <summary>As many clients, of which each finds the leader by itself: five programs that call the one replica.</summary>
    public static ClientSystem WithLeader(PaxosClientOptions options) =>
        OfLibrary(LeaderName, options, _ => options with { PreferLeader = true });

    public static async Task<ClientSystem> WithChannelsAsync(PaxosClientOptions options)
    {
        var clients = new List<ILoadClient>();
        foreach (Uri address in options.Replicas.OrderBy(r => r.Key).Select(r => r.Value))
        {
            clients.Add(await ChannelClient.OpenAsync(address));
        }

        return new ClientSystem(ChannelName, clients, StoreLimits.BatchBytesMax);
    }

    private static ClientSystem OfLibrary(string name, PaxosClientOptions options, Func<int, PaxosClientOptions> optionsOf)
    {
        IEnumerable<ILoadClient> clients = options.Replicas.Keys.Order().Select(id => new LibraryClient(optionsOf(id)));
        return new ClientSystem(name, [.. clients], StoreLimits.BatchBytesMax);
    }
}
