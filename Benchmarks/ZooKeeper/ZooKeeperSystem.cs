using System.Globalization;
using System.Text.Json;
using PaxosWcf.Benchmarks.Load;
using PaxosWcf.Benchmarks.Results;

namespace PaxosWcf.Benchmarks.ZooKeeper;

/// <summary>ZooKeeper under the same load, from its own Java client: setData on nodes that are there; sync and then getData
/// for a linearizable read; getData alone for one that may be old.</summary>
internal sealed class ZooKeeperSystem : ILoadSystem
{
    /// <summary>What results call it.</summary>
    public const string SystemName = "zookeeper";

    private readonly ZooKeeperCluster _cluster;
    private readonly ZooKeeperClient _client;

    private readonly Action<string> _say;

    private ZooKeeperSystem(ZooKeeperCluster cluster, ZooKeeperClient client, Action<string> say) =>
        (_cluster, _client, _say) = (cluster, client, say);

    public string Name => SystemName;

    /// <summary>Starts servers and client.</summary>
    /// <param name="directory">For data and logs.</param>
    /// <param name="say">Told what a reader of the figures has to know beside them.</param>
    /// <param name="cancel">Ends early.</param>
    public static async Task<ZooKeeperSystem> StartAsync(string directory, Action<string> say, CancellationToken cancel)
    {
        ZooKeeperCluster cluster = await ZooKeeperCluster.StartAsync(directory, cancel);
        try
        {
            return new ZooKeeperSystem(cluster, await ZooKeeperClient.StartAsync(directory, cluster.ClientAddresses, cancel), say);
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public bool Takes(LoadKind kind, int valueBytes) => kind is LoadKind.Put or LoadKind.Get or LoadKind.GetSerializable;

    public async Task LoadAsync(KeySpace keys, Action<int> written, CancellationToken cancel)
    {
        JsonElement answer = await _client.AskAsync(Words("load", keys.Count, keys.ValueBytes), cancel);
        written(answer.GetProperty("loaded").GetInt32());
    }

    public async Task<Measurement> MeasureAsync(LoadCell cell, KeySpace keys, LoadTimes times, CancellationToken cancel)
    {
        JsonElement answer = await _client.AskAsync(
            Words("measure", LoadKinds.NameOf(cell.Kind), cell.Clients, (long)times.WarmUp.TotalMilliseconds,
                (long)times.Measured.TotalMilliseconds, keys.Count, keys.ValueBytes),
            cancel);
        if (answer.GetProperty("sessions").GetInt32() is > 0 and var sessions)
        {
            _say($"  {Name} left first calls unanswered; they were made again in {sessions} new session{(sessions == 1 ? "" : "s")}, before anything was measured");
        }

        double Time(string name) => answer.GetProperty(name).GetDouble();
        return new Measurement
        {
            System = Name,
            Op = cell.Operation,
            Clients = cell.Clients,
            Seconds = times.Measured.TotalSeconds,
            Ops = answer.GetProperty("calls").GetInt64(),
            Errors = answer.GetProperty("errors").GetInt64(),
            FirstError = answer.GetProperty("first_error").GetString(),
            OpsPerS = Math.Round(answer.GetProperty("calls").GetInt64() / times.Measured.TotalSeconds, 1),
            P50Ms = Time("p50_ms"),
            P95Ms = Time("p95_ms"),
            P99Ms = Time("p99_ms"),
            MaxMs = Time("max_ms"),
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    private static string Words(params object[] words)
    {
        return string.Join(' ', words.Select(w => Convert.ToString(w, CultureInfo.InvariantCulture)));
    }
}
