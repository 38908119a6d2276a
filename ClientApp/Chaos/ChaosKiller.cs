namespace PaxosWcf.ClientApp;

/// <summary>Kills one random replica each so often and starts it again at once.</summary>
internal sealed class ChaosKiller(LocalCluster cluster, TimeSpan every, Random random)
{
    /// <returns>How many replicas were killed.</returns>
    public async Task<int> KillUntilAsync(CancellationToken over)
    {
        int kills = 0;
        using var timer = new PeriodicTimer(every);
        try
        {
            while (await timer.WaitForNextTickAsync(over))
            {
                await cluster.KillAndRestartAsync(cluster.Ids[random.Next(cluster.Ids.Count)]);
                kills++;
            }
        }
        catch (OperationCanceledException)
        {
            return kills;
        }

        return kills;
    }
}
