namespace PaxosWcf.Nemesis;

/// <summary>Counts, from what replicas log, how often one installed another one's state.</summary>
internal sealed class SnapshotCount
{
    private int _installed;

    public int Installed => Volatile.Read(ref _installed);

    public void Heard(int replica, string line)
    {
        if (line.Contains("Has installed a snapshot", StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _installed);
        }
    }
}
