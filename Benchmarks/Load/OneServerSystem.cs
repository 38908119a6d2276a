using PaxosWcf.Benchmarks.Results;

namespace PaxosWcf.Benchmarks.Load;

/// <summary>One server that is asked through one client, and whose keys need not be there: an echo, or a leader that only
/// takes writes.</summary>
/// <param name="name">What results call it.</param>
/// <param name="client">Makes the calls.</param>
/// <param name="only">The kinds of load that it takes.</param>
internal sealed class OneServerSystem(string name, ILoadClient client, IReadOnlyList<LoadKind> only) : ILoadSystem
{
    private readonly ClientSystem _system = new(name, [client], int.MaxValue, only);

    public string Name => name;

    public bool Takes(LoadKind kind, int valueBytes) => _system.Takes(kind, valueBytes);

    // An echo answers a get with the last value that was put: one of this size must have been.
    public async Task LoadAsync(KeySpace keys, Action<int> written, CancellationToken cancel)
    {
        await client.PutAsync(keys.Key(0), keys.NextValue());
        written(keys.Count);
    }

    public Task<Measurement> MeasureAsync(LoadCell cell, KeySpace keys, LoadTimes times, CancellationToken cancel)
    {
        return _system.MeasureAsync(cell, keys, times, cancel);
    }

    public ValueTask DisposeAsync() => _system.DisposeAsync();
}
