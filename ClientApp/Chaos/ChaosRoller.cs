using PaxosWcf.Client;

namespace PaxosWcf.ClientApp;

/// <summary>Restarts all replicas, one after the other, as docs/operating.md says it is done: each is asked to stop, started
/// again, and the next has its turn once this one has applied as much as the leader had.</summary>
internal sealed class ChaosRoller(LocalCluster cluster, ReplicaControlClient control)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <returns>How many replicas were restarted.</returns>
    public async Task<int> RollAsync(CancellationToken cancel)
    {
        foreach (int replica in cluster.Ids)
        {
            await cluster.StopAndRestartAsync(replica);
            await cluster.WaitUntilReadyAsync(cancel);
            await CaughtUpAsync(replica, cancel);
        }

        return cluster.Ids.Count;
    }

    private async Task CaughtUpAsync(int replica, CancellationToken cancel)
    {
        int leader = await cluster.WaitForLeaderAsync(control, cancel);
        long through = (await control.StatusAsync(leader, cancel)).AppliedThrough;
        while (await LeaderWatch.TryStatusAsync(control, replica, cancel) is not { } status
            || status.AppliedThrough < through || status.Leader is null)
        {
            await Task.Delay(Pause, cancel);
        }
    }
}
