using PaxosWcf.Benchmarks.Echo;
using PaxosWcf.Benchmarks.Load;
using PaxosWcf.Benchmarks.Results;
using PaxosWcf.Benchmarks.Store;
using PaxosWcf.Client;
using PaxosWcf.History;
using PaxosWcf.Processes;

namespace PaxosWcf.Benchmarks.Cluster;

/// <summary>One run of <c>cluster</c>.</summary>
internal static class ClusterRun
{
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(LoadPlan plan, ClusterPlace place, BenchmarkOutput output, CancellationToken cancel)
    {
        if (place is { History: not null, Client: not (ClientKind.Library or ClientKind.Leader) })
        {
            throw new UsageException("--history records the calls of the client library; it goes with --client library or leader only.");
        }

        if (Path.Exists(place.History))
        {
            throw new UsageException($"There is a file \"{place.History}\" already; name another with --history, or remove it.");
        }

        await using StoreCluster cluster = await StoreCluster.OpenAsync(place, cancel);
        int leader = await cluster.WaitForLeaderAsync(cancel);
        output.Say($"{cluster.Options.Replicas.Count} replicas, replica {leader} leads");
        using HistoryRecorder? history = place.History is { } path ? HistoryRecorder.Create(path) : null;
        await using EchoProcess? echo = place.WithEcho ? await EchoProcess.StartAsync(place.HostPath, cancel) : null;
        IReadOnlyList<ILoadSystem> systems = await SystemsAsync(cluster.Options with { History = history }, place.Client);
        return await LoadRun.AllAsync(echo is null ? systems : [.. systems, await EchoSystems.StoreAsync(echo)], plan, output, cancel);
    }

    /// <summary>Our store through what is asked for.</summary>
    public static async Task<IReadOnlyList<ILoadSystem>> SystemsAsync(PaxosClientOptions options, ClientKind client) => client switch
    {
        ClientKind.Library => [StoreSystem.WithLibrary(options)],
        ClientKind.Leader => [StoreSystem.WithLeader(options)],
        ClientKind.Channel => [await StoreSystem.WithChannelsAsync(options)],
        _ => [StoreSystem.WithLibrary(options), await StoreSystem.WithChannelsAsync(options)],
    };

    /// <summary>What results call our store, where it is called in one way; in both ways: through the library.</summary>
    public static string NameOf(ClientKind client) => client switch
    {
        ClientKind.Channel => StoreSystem.ChannelName,
        ClientKind.Leader => StoreSystem.LeaderName,
        _ => StoreSystem.LibraryName,
    };
}
