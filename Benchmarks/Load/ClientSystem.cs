using PaxosWcf.Benchmarks.Results;

namespace PaxosWcf.Benchmarks.Load;

/// <summary>A store under load from this process: one client for each server, shared by all loops. Each call of a loop goes
/// to the next server, so that every server has its share with any number of loops, and it does not matter which one leads.</summary>
/// <param name="name">What results call it.</param>
/// <param name="clients">One for each server.</param>
/// <param name="batchBytesMax">Keys and values together that it takes in one batch.</param>
/// <param name="only">The kinds of load that it takes; null: all.</param>
internal sealed class ClientSystem(
    string name, IReadOnlyList<ILoadClient> clients, int batchBytesMax, IReadOnlyList<LoadKind>? only = null) : ILoadSystem
{
    public string Name => name;

    public bool Takes(LoadKind kind, int valueBytes)
    {
        return only?.Contains(kind) != false
            && (kind != LoadKind.Batch || LoadKinds.BatchItems * (valueBytes + KeySpace.KeyBytes) <= batchBytesMax);
    }

    public Task LoadAsync(KeySpace keys, Action<int> written, CancellationToken cancel)
    {
        return KeyLoader.LoadAsync(
            keys,
            (first, count) => ClientFor(0, first / count).BatchAsync(Puts(keys, first, count)),
            n => ReadAsync(ClientFor(0, n), keys, n, linearizable: true),
            written,
            cancel);
    }

    /// <summary>Writes so many values, in the order of the keys and round again, with so many calls at once.</summary>
    /// <exception cref="BenchmarkException">A write was not answered.</exception>
    public Task WriteAsync(KeySpace keys, int writes, Action<int> written, CancellationToken cancel, int atOnce = KeyLoader.AtOnce)
    {
        return KeyLoader.WriteAsync(
            keys, writes, (first, count) => ClientFor(0, first / count).BatchAsync(Puts(keys, first, count)), written, cancel, atOnce);
    }

    public async Task<Measurement> MeasureAsync(LoadCell cell, KeySpace keys, LoadTimes times, CancellationToken cancel)
    {
        var mix = new CallMix(cell.Kind, keys);
        LoadCounts counts = await ClosedLoop.RunAsync(
            cell.Clients, times, (loop, made, random) => CallAsync(ClientFor(loop, made), mix.Next(random), keys), cancel);
        return Measurement.Of(Name, cell, counts);
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(clients.Select(c => c.DisposeAsync().AsTask()));

    private ILoadClient ClientFor(int loop, long made) => clients[(int)((loop + made) % clients.Count)];

    private static Task CallAsync(ILoadClient client, PlannedCall call, KeySpace keys) => call.Kind switch
    {
        LoadKind.Put => client.PutAsync(keys.Key(call.KeyIndex), keys.NextValue()),
        LoadKind.Batch => client.BatchAsync(Puts(keys, call.KeyIndex, LoadKinds.BatchItems)),
        LoadKind.Get => ReadAsync(client, keys, call.KeyIndex, linearizable: true),
        LoadKind.GetSerializable => ReadAsync(client, keys, call.KeyIndex, linearizable: false),
        _ => throw new ArgumentOutOfRangeException(nameof(call), call.Kind, "one call is a put, a get or a batch"),
    };

    private static IReadOnlyList<(string, byte[])> Puts(KeySpace keys, int first, int count)
    {
        return [.. Enumerable.Range(first, count).Select(n => (keys.Key(n), keys.NextValue()))];
    }

    private static async Task ReadAsync(ILoadClient client, KeySpace keys, int index, bool linearizable)
    {
        keys.Check(index, await client.GetAsync(keys.Key(index), linearizable));
    }
}
