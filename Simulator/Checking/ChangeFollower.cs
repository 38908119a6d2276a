using PaxosWcf.Replication.Changes;

namespace PaxosWcf.Simulator;

/// <summary>Follows the changes of some keys from replica to replica, each time another one that is up, and has the checker hold
/// what it is told against what was applied: none left out, none twice, none out of order, compacted only what may be.</summary>
internal sealed class ChangeFollower(SimulatedCluster cluster, string name, ChangeFilter filter, Random random)
{
    private readonly int _changesMax = random.Next(1, 8);

    /// <summary>The revision that it reads on from.</summary>
    public long Next { get; private set; } = 1;

    /// <summary>Which keys it follows.</summary>
    public ChangeFilter Filter => filter;

    /// <summary>A replica that is up; null: none is.</summary>
    public SimulatedReplica? Draw() =>
        cluster.Replicas.Where(replica => replica is { IsUp: true, IsPaused: false }).OrderBy(_ => random.Next()).FirstOrDefault();

    /// <summary>Reads once, at a replica.</summary>
    /// <returns>Whether that brought it to the end of what the replica has.</returns>
    public bool ReadAt(SimulatedReplica replica, long? changedAt = null)
    {
        if (replica.Driver is not { Divergence: null } driver)
        {
            return false;
        }

        if (changedAt > Next)
        {
            // It was woken there, so it skips what lies between.
            OnNothing(changedAt.Value - 1);
        }

        var read = driver.Machine.ReadChanges(Next, filter, _changesMax, bytesMax: 40);
        Next = cluster.Checker.OnChangesRead($"{name} at {replica.Id}", Next, filter, read, driver.Machine.Numbers.Revision);
        return read is ChangesFound { IsAtEnd: true };
    }

    /// <summary>It was told that nothing has come through a revision.</summary>
    public void OnNothing(long completeThrough)
    {
        cluster.Checker.OnNothingChanged(name, Next, completeThrough, filter);
        Next = completeThrough + 1;
    }

    /// <summary>In peace: reads all that there is, at one replica after the other.</summary>
    public void Conclude()
    {
        while (Draw() is { } replica && !ReadAt(replica))
        {
            // One answer holds a few changes only.
        }

        if (Next <= cluster.Checker.Revision)
        {
            cluster.Fail($"in peace, {name} is told of nothing from revision {Next} on, and {cluster.Checker.Revision} is the latest", inner: null);
        }
    }
}
