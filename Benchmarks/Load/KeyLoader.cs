namespace PaxosWcf.Benchmarks.Load;

/// <summary>Writes all keys, many at once, and reads a part of them back.</summary>
internal static class KeyLoader
{
    private const int AtOnce = 32;

    // Evenly spread over all of them.
    private const int ReadBackMax = 1000;

    // One message of any of the stores holds a batch of this size.
    private const int BatchBytesMax = 512 << 10;

    /// <summary>Every write must be answered, and every key that is read back must be there.</summary>
    /// <param name="keys">Which.</param>
    /// <param name="write">Writes some keys that follow each other in one call: the first, and how many.</param>
    /// <param name="read">Reads a key, and fails when it does not find what was written.</param>
    /// <param name="written">Told how many are written.</param>
    /// <param name="cancel">Ends early.</param>
    /// <exception cref="BenchmarkException">They are not all there.</exception>
    public static async Task LoadAsync(
        KeySpace keys, Func<int, int, Task> write, Func<int, Task> read, Action<int> written, CancellationToken cancel)
    {
        var many = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel };
        int together = Math.Clamp(BatchBytesMax / Math.Max(1, keys.ValueBytes), 1, LoadKinds.BatchItems);
        int done = 0;
        try
        {
            await Parallel.ForAsync(0, (keys.Count + together - 1) / together, many, async (n, _) =>
            {
                int count = Math.Min(together, keys.Count - (n * together));
                await write(n * together, count);
                written(Interlocked.Add(ref done, count));
            });
            int step = Math.Max(1, keys.Count / ReadBackMax);
            await Parallel.ForAsync(0, keys.Count / step, many, async (n, _) => await read(n * step));
        }
        catch (CallFailedException e)
        {
            throw new BenchmarkException($"The keys could not be loaded, so nothing is measured: {e.Message}", e);
        }
    }
}
