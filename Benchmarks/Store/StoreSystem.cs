using PaxosWcf.Benchmarks.Load;
using PaxosWcf.Benchmarks.Results;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Benchmarks.Store;

/// <summary>Our store under load: one client for each replica, shared by all loops, as both client library and WCF want
/// it. Each call of a loop goes to the next replica, so that it does not matter which one leads.</summary>
internal sealed class StoreSystem : ILoadSystem
{
    /// <summary>What results call the store under the library's clients.</summary>
    public const string LibraryName = "paxoswcf";

    /// <summary>And under bare channels.</summary>
    public const string ChannelName = "paxoswcf-channel";

    private readonly IReadOnlyList<IStoreClient> _clients;

    private StoreSystem(string name, IReadOnlyList<IStoreClient> clients) => (Name, _clients) = (name, clients);

    public string Name { get; }

    public static StoreSystem WithLibrary(PaxosClientOptions options)
    {
        return new StoreSystem(LibraryName, [.. options.Replicas.Keys.Order().Select(id => new LibraryClient(options, id))]);
    }

    public static async Task<StoreSystem> WithChannelsAsync(PaxosClientOptions options)
    {
        var clients = new List<IStoreClient>();
        foreach (Uri address in options.Replicas.OrderBy(r => r.Key).Select(r => r.Value))
        {
            clients.Add(await ChannelClient.OpenAsync(address));
        }

        return new StoreSystem(ChannelName, clients);
    }

    public bool Takes(LoadKind kind) => true;

    public Task LoadAsync(KeySpace keys, Action<int> written, CancellationToken cancel)
    {
        return KeyLoader.LoadAsync(
            keys,
            n => ClientFor(0, n).PutAsync(keys.Key(n), keys.NextValue()),
            n => ReadAsync(ClientFor(0, n), keys, n, ReadConsistency.Linearizable),
            written,
            cancel);
    }

    public async Task<Measurement> MeasureAsync(LoadCell cell, KeySpace keys, LoadTimes times, CancellationToken cancel)
    {
        var mix = new CallMix(cell.Kind, keys);
        LoadCounts counts = await ClosedLoop.RunAsync(
            cell.Clients, times, (client, made, random) => CallAsync(ClientFor(client, made), mix.Next(random), keys), cancel);
        return Measurement.Of(Name, cell, counts);
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_clients.Select(c => c.DisposeAsync().AsTask()));

    private IStoreClient ClientFor(int loop, long made) => _clients[(int)((loop + made) % _clients.Count)];

    private static Task CallAsync(IStoreClient client, PlannedCall call, KeySpace keys) => call.Kind switch
    {
        LoadKind.Put => client.PutAsync(keys.Key(call.KeyIndex), keys.NextValue()),
        LoadKind.Get => ReadAsync(client, keys, call.KeyIndex, ReadConsistency.Linearizable),
        LoadKind.GetSerializable => ReadAsync(client, keys, call.KeyIndex, ReadConsistency.Serializable),
        _ => throw new ArgumentOutOfRangeException(nameof(call), call.Kind, "one call is a put or a get"),
    };

    private static async Task ReadAsync(IStoreClient client, KeySpace keys, int index, ReadConsistency consistency)
    {
        byte[]? value = await client.GetAsync(keys.Key(index), consistency);
        keys.Check(index, value?.Length);
    }
}
