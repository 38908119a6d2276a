namespace PaxosWcf.Benchmarks.Load;

/// <summary>Writes the keys that reads ask for, many at once, and reads a part of them back.</summary>
internal static class KeyLoader
{
    private const int AtOnce = 128;

    // Evenly spread over all of them.
    private const int ReadBackMax = 1000;

    /// <summary>Every write must be answered, and every key that is read back must be there.</summary>
    /// <param name="keys">Which.</param>
    /// <param name="write">Writes a key, by its number.</param>
    /// <param name="read">Reads a key, and fails when it does not find what was written.</param>
    /// <param name="written">Told how many are written.</param>
    /// <param name="cancel">Ends early.</param>
    /// <exception cref="BenchmarkException">They are not all there.</exception>
    public static async Task LoadAsync(
        KeySpace keys, Func<int, Task> write, Func<int, Task> read, Action<int> written, CancellationToken cancel)
    {
        var many = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel };
        int done = 0;
        try
        {
            await Parallel.ForAsync(0, keys.Loaded, many, async (n, _) =>
            {
                await write(n);
                written(Interlocked.Increment(ref done));
            });
            int step = Math.Max(1, keys.Loaded / ReadBackMax);
            await Parallel.ForAsync(0, keys.Loaded / step, many, async (n, _) => await read(n * step));
        }
        catch (CallFailedException e)
        {
            throw new BenchmarkException($"The keys could not be loaded, so nothing is measured: {e.Message}", e);
        }
    }
}
