namespace PaxosWcf.Client;

/// <summary>Waits for a call no longer than its caller wants.</summary>
internal static class Patience
{
    /// <summary>The answer, or TimeoutException, or cancellation. The call itself goes on: a channel is shared, and
    /// aborting it would cancel the calls of others.</summary>
    public static async Task<TReply> WaitAsync<TReply>(
        Task<TReply> call, TimeSpan limit, TimeProvider time, CancellationToken cancel)
    {
        try
        {
            return await call.WaitAsync(limit, time, cancel);
        }
        finally
        {
            if (!call.IsCompleted)
            {
                Forget(call);
            }
        }
    }

    // Nobody waits for the late answer any more, so its failure concerns nobody.
    private static void Forget(Task late)
    {
        _ = late.ContinueWith(
            static t => t.Exception, CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }
}
