namespace PaxosWcf.ClientApp;

/// <summary>Kills one random replica each so often and starts it again at once.</summary>
/// <param name="cluster">The replicas.</param>
/// <param name="every">Time between two kills.</param>
/// <param name="random">Picks the replica.</param>
/// <param name="killing">Told which replica, before it is killed.</param>
internal sealed class ChaosKiller(LocalCluster cluster, TimeSpan every, Random random, Action<int> killing)
{
    /// <returns>How many replicas were killed. One that had ended by itself is not among them; the cluster tells of it.</returns>
    public async Task<int> KillUntilAsync(CancellationToken over)
    {
        int kills = 0;
        using var timer = new PeriodicTimer(every);
        try
        {
            while (await timer.WaitForNextTickAsync(over))
            {
                int replica = cluster.Ids[random.Next(cluster.Ids.Count)];
                killing(replica);
                kills += await cluster.KillAndRestartAsync(replica) ? 1 : 0;
            }
        }
        catch (OperationCanceledException)
        {
            return kills;
        }

        return kills;
    }
}
