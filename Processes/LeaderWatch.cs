using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Processes;

/// <summary>Finds out who leads.</summary>
internal static class LeaderWatch
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Asks all replicas again and again until one leads and a majority takes it for the leader.</summary>
    public static async Task<int> WaitAsync(ReplicaControlClient control, CancellationToken cancel)
    {
        while (true)
        {
            ReplicaStatus?[] all = await Task.WhenAll(control.Replicas.Select(r => TryStatusAsync(control, r, cancel)));
            if (Leader([.. all.OfType<ReplicaStatus>()], control.Replicas.Count) is { } leader)
            {
                return leader;
            }

            await Task.Delay(Pause, cancel);
        }
    }

    /// <summary>The replica that leads with a majority behind it; null when there is none.</summary>
    public static int? Leader(IReadOnlyList<ReplicaStatus> seen, int replicas)
    {
        return seen.Where(s => s.Proposer == ProposerState.Leading)
            .Select(s => (int?)s.ReplicaId)
            .FirstOrDefault(leader => seen.Count(s => s.Leader == leader) > replicas / 2);
    }

    /// <summary>A replica's status; null while it gives none.</summary>
    public static async Task<ReplicaStatus?> TryStatusAsync(ReplicaControlClient control, int replica, CancellationToken cancel)
    {
        try
        {
            return await control.StatusAsync(replica, cancel);
        }
        catch (ReplicaUnavailableException)
        {
            return null;
        }
    }
}
