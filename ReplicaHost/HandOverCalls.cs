using System.Threading.Channels;
using PaxosWcf.Consensus;
using PaxosWcf.Replication;

namespace PaxosWcf.ReplicaHost;

/// <summary>Asks the replica's loop to hand leadership over, and waits for what comes of it.</summary>
internal sealed class HandOverCalls(ReplicaLoop loop)
{
    // One more than one, for a disk or link may have been slow just then; each takes ConsensusOptions.HandOverTicks at most.
    private const int AttemptsBeforeStopMax = 2;

    /// <summary>Asks once.</summary>
    /// <param name="to">Who is to lead; null: whoever has learned everything first.</param>
    /// <param name="cancellationToken">Ends the wait for room in the loop's queue.</param>
    /// <exception cref="ChannelClosedException">The replica has stopped.</exception>
    public async Task<HandOverResult> AskAsync(ReplicaId? to, CancellationToken cancellationToken)
    {
        var report = new TaskCompletionSource<HandOverResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        await loop.PostAsync(new HandOverAsked(to, report.SetResult), cancellationToken);
        return await loop.AnswerAsync(report.Task);
    }

    /// <summary>Before a stop: another leads when this returns, or none could take over within the time.</summary>
    public async Task BeforeStopAsync(TimeSpan within)
    {
        using var over = new CancellationTokenSource(within);
        try
        {
            for (var attempt = 1; attempt <= AttemptsBeforeStopMax; attempt++)
            {
                if (await AskAsync(to: null, over.Token).WaitAsync(over.Token) is not { Led: true, Leader: null })
                {
                    return;
                }
            }
        }
        catch (Exception error) when (error is OperationCanceledException or ChannelClosedException)
        {
            // Time is over, or the replica failed meanwhile: it stops as it is, and the others elect as after a crash.
            return;
        }
    }
}
