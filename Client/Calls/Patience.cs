namespace PaxosWcf.Client;

/// <summary>Waits for a call no longer than its caller wants.</summary>
internal static class Patience
{
    // Of the operation time-out. What is left of it is for another replica. More than half: a watch waits for half of it, and a replica that has said after seconds that it
    // reached no majority must be heard if it can be.
    private const double Most = 0.75;

    /// <summary>How long one replica may take, by the options.</summary>
    public static TimeSpan OfAnAttempt(PaxosClientOptions options)
    {
        TimeSpan most = options.OperationTimeout * Most;
        bool isAlone = options.PinnedReplica is not null || (options.Replicas.Count == 1 && options.MembersInterval == TimeSpan.Zero);
        return isAlone || options.AttemptTimeout < most ? options.AttemptTimeout : most;
    }

    /// <summary>The answer, or TimeoutException, or cancellation. The call itself goes on: a channel is shared, and
    /// aborting it would cancel the calls of others.</summary>
    public static async Task<TReply> WaitAsync<TReply>(
        Task<TReply> call, TimeSpan limit, TimeProvider time, CancellationToken cancel)
    {
        try
        {
            return await call.WaitAsync(limit, time, cancel).ConfigureAwait(false);
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
