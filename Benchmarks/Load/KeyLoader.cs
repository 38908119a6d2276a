namespace PaxosWcf.Benchmarks.Load;

/// <summary>Writes keys in batches, many at once, and reads a part of them back.</summary>
internal static class KeyLoader
{
    /// <summary>Calls under way at once, unless fewer are asked for or they are large.</summary>
    public const int AtOnce = 32;

    // What is under way at once must get through within the patience of one call, also where replicas have just been started.
    private const int BytesAtOnceMax = 4 << 20;

    // Evenly spread over all of them.
    private const int ReadBackMax = 1000;

    // One message of any of the stores holds a batch of this size.
    private const int BatchBytesMax = 512 << 10;

    /// <summary>Writes all keys. Every write must be answered, and every key that is read back must be there.</summary>
    /// <param name="keys">Which.</param>
    /// <param name="write">Writes some keys that follow each other in one call: the first, and how many.</param>
    /// <param name="read">Reads a key, and fails when it does not find what was written.</param>
    /// <param name="written">Told how many are written.</param>
    /// <param name="cancel">Ends early.</param>
    /// <exception cref="BenchmarkException">They are not all there.</exception>
    public static async Task LoadAsync(
        KeySpace keys, Func<int, int, Task> write, Func<int, Task> read, Action<int> written, CancellationToken cancel)
    {
        await WriteAsync(keys, keys.Count, write, written, cancel);
        int step = Math.Max(1, keys.Count / ReadBackMax);
        await GuardAsync(() => Parallel.ForAsync(0, keys.Count / step, Many(cancel), async (n, _) => await read(n * step)));
    }

    /// <summary>Writes so many values, in the order of the keys and round again, with so many calls at once.</summary>
    /// <exception cref="BenchmarkException">A write was not answered.</exception>
    public static Task WriteAsync(
        KeySpace keys, int writes, Func<int, int, Task> write, Action<int> written, CancellationToken cancel, int atOnce = AtOnce)
    {
        int together = Math.Clamp(BatchBytesMax / Math.Max(1, keys.ValueBytes), 1, LoadKinds.BatchItems);
        atOnce = Math.Min(atOnce, Math.Max(1, BytesAtOnceMax / Math.Max(1, together * keys.ValueBytes)));
        int done = 0;
        return GuardAsync(() => Parallel.ForAsync(0, (writes + together - 1) / together, Many(cancel, atOnce), async (n, _) =>
        {
            int count = Math.Min(together, writes - (n * together));
            await write(n * together, count);
            written(Interlocked.Add(ref done, count));
        }));
    }

    private static ParallelOptions Many(CancellationToken cancel, int atOnce = AtOnce) => new() { MaxDegreeOfParallelism = atOnce, CancellationToken = cancel };

    private static async Task GuardAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (CallFailedException e)
        {
            throw new BenchmarkException($"The keys could not be loaded, so nothing is measured: {e.Message}", e);
        }
    }
}
