using System.Diagnostics;
using PaxosWcf.Contracts;
using PaxosWcf.Replication;
using PaxosWcf.Replication.Changes;

namespace PaxosWcf.ReplicaHost.Endpoints;

/// <summary>Serves those who watch: reads the history of changes, and waits in the replica's loop where there is nothing to read
/// yet.</summary>
/// <remarks>When the replica stops this is disposed before the doors close: who waits is answered at once, with how far it has come, and
/// goes on elsewhere.</remarks>
internal sealed class WatchCalls(int replica, ReplicaLoop loop, ReplicaDriver driver, StoreCalls calls, TimeSpan tick) : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Answers with changes as soon as there are some, or with none when the time is over.</summary>
    /// <exception cref="System.ServiceModel.FaultException">They are compacted, too many wait, or the replica cannot tell.</exception>
    public async Task<WatchReply> WatchAsync(
        ChangeFilter filter, long fromRevision, int changesMax, TimeSpan patience, CancellationToken disconnected)
    {
        if (fromRevision == 0)
        {
            return await StandAsync(disconnected);
        }

        var started = Stopwatch.GetTimestamp();
        var from = fromRevision;
        while (true)
        {
            var found = Read(from, filter, changesMax);
            var left = patience - Stopwatch.GetElapsedTime(started);
            if (found.Changes.Count > 0 || !found.IsAtEnd || left <= TimeSpan.Zero)
            {
                return WatchMapper.Reply(found);
            }

            var outcome = await WaitAsync(new WatchCall(filter, found.CompleteThrough + 1, Ticks(left)), disconnected);
            if (outcome.ChangedAt is not { } changedAt)
            {
                // What is found since may be of a state that was found to be wrong meanwhile.
                calls.CheckState(driver);
                return WatchMapper.Reply(found with { CompleteThrough = Math.Max(found.CompleteThrough, outcome.CompleteThrough) });
            }

            from = changedAt;
        }
    }

    /// <summary>From now on nobody waits.</summary>
    public void Dispose() => _stopping.Cancel();

    // Where the store stands now, as whoever begins to watch must know it: nothing that was acknowledged before lies beyond.
    private async Task<WatchReply> StandAsync(CancellationToken disconnected)
    {
        CheckServes();
        await calls.ReadIndexAsync(disconnected);
        CheckServes();
        return WatchMapper.Reply(new ChangesFound([], driver.Machine.Numbers.Revision, IsAtEnd: true));
    }

    private ChangesFound Read(long from, ChangeFilter filter, int changesMax)
    {
        CheckServes();
        var read = driver.Machine.ReadChanges(from, filter, changesMax, StoreLimits.WatchBytesMax);
        CheckServes();
        return read switch
        {
            ChangesFound found => found,
            ChangesCompacted compacted => throw StoreFaults.Compacted(from, compacted.OldestRevision),
            _ => throw new UnreachableException($"a reading of kind {read.GetType().Name}"),
        };
    }

    private void CheckServes()
    {
        calls.CheckState(driver);
        if (driver.Machine.Restoring is var restore && restore != 0)
        {
            throw StoreFaults.Restoring(restore);
        }
    }

    private async Task<WatchOutcome> WaitAsync(WatchCall call, CancellationToken disconnected)
    {
        if (!loop.TryPost(call.Request))
        {
            throw StoreFaults.Overloaded(nameof(ReplicaLoop.QueueMax), ReplicaLoop.QueueMax);
        }

        var started = Stopwatch.GetTimestamp();
        using var leaves = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, disconnected);
        var ended = await Task.WhenAny(call.Outcome, loop.Completion, Task.Delay(Timeout.Infinite, leaves.Token));
        if (ended != call.Outcome)
        {
            // A loop that has ended takes nothing more, and forgets who waited.
            loop.TryPost(new WatchGivenUp(call));
        }

        await leaves.CancelAsync();
        var outcome = ended == call.Outcome ? await call.Outcome : new WatchOutcome(ChangedAt: null, CompleteThrough: 0, Refusal: null);
        return outcome.Refusal switch
        {
            null => outcome,
            Refusal.Overloaded => throw StoreFaults.Overloaded(nameof(WatchRequested.WatchesMax), WatchRequested.WatchesMax),
            Refusal.Fenced => throw StoreFaults.ReplicaFenced(replica),
            _ => throw StoreFaults.NoQuorum(Stopwatch.GetElapsedTime(started)),
        };
    }

    private int Ticks(TimeSpan patience) => (int)Math.Ceiling(patience / tick);

    /// <summary>Why a wait is over: a change (or something else to look at), the time, or a refusal.</summary>
    private readonly record struct WatchOutcome(long? ChangedAt, long CompleteThrough, Refusal? Refusal);

    private sealed class WatchCall : IWatchCaller
    {
        private readonly TaskCompletionSource<WatchOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public WatchCall(ChangeFilter filter, long from, int ticks) => Request = new WatchRequested(filter, from, ticks, this);

        public WatchRequested Request { get; }

        public Task<WatchOutcome> Outcome => _outcome.Task;

        public void OnChange(long revision) => _outcome.TrySetResult(new WatchOutcome(revision, 0, null));

        public void OnOver(long completeThrough) => _outcome.TrySetResult(new WatchOutcome(null, completeThrough, null));

        public void OnRefused(Refusal refusal) => _outcome.TrySetResult(new WatchOutcome(null, 0, refusal));
    }
}
