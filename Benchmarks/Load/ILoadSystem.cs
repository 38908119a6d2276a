using PaxosWcf.Benchmarks.Results;

namespace PaxosWcf.Benchmarks.Load;

/// <summary>A store that runs and can be put under load.</summary>
internal interface ILoadSystem : IAsyncDisposable
{
    /// <summary>What results call it.</summary>
    string Name { get; }

    /// <summary>Whether it has an operation of this kind, with values of this size.</summary>
    bool Takes(LoadKind kind, int valueBytes);

    /// <summary>Writes the keys that reads will ask for, and makes sure that they are there.</summary>
    /// <param name="keys">Which.</param>
    /// <param name="written">Told how many are written.</param>
    /// <param name="cancel">Ends early.</param>
    /// <exception cref="BenchmarkException">They could not all be written, or are not all there.</exception>
    Task LoadAsync(KeySpace keys, Action<int> written, CancellationToken cancel);

    /// <summary>Measures one cell.</summary>
    Task<Measurement> MeasureAsync(LoadCell cell, KeySpace keys, LoadTimes times, CancellationToken cancel);
}
