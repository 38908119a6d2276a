namespace PaxosWcf.ReplicaHost.Hosting;

/// <summary>How many bytes may be held at once for something, over all calls; what a call takes it gives back when it ends.</summary>
/// <param name="max">The most, in bytes; inclusive.</param>
internal sealed class ByteBudget(long max)
{
    /// <summary>What one call may hold without taking anything: most calls, and so many calls as may be in flight, have no more.</summary>
    public const int FreeBytes = 64 << 10;

    private readonly Lock _registering = new();
    private long _used;

    /// <summary>The most, in bytes.</summary>
    public long Max => max;

    /// <summary>What is taken now, in bytes.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <summary>Takes room until the call has ended; false where there is none.</summary>
    /// <param name="context">The call.</param>
    /// <param name="bytes">How many, beyond what it may hold freely.</param>
    public bool TryTake(HttpContext context, long bytes)
    {
        if (bytes <= 0)
        {
            return true;
        }
        if (Interlocked.Add(ref _used, bytes) > max)
        {
            Interlocked.Add(ref _used, -bytes);
            return false;
        }
        lock (_registering)
        {
            // Calls that share a message have one context, and may come at the same time.
            context.Response.RegisterForDispose(new Share(this, bytes));
        }
        return true;
    }

    private sealed class Share(ByteBudget budget, long bytes) : IDisposable
    {
        private long _bytes = bytes;

        public void Dispose() => Interlocked.Add(ref budget._used, -Interlocked.Exchange(ref _bytes, 0));
    }
}
