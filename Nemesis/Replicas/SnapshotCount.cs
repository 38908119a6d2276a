using System.Collections.Concurrent;

namespace PaxosWcf.Nemesis;

/// <summary>Counts, from what replicas log, how often each installed another one's state.</summary>
internal sealed class SnapshotCount
{
    private readonly ConcurrentDictionary<int, int> _installed = [];

    public int Installed => _installed.Values.Sum();

    public int InstalledBy(int replica) => _installed.GetValueOrDefault(replica);

    public void Heard(int replica, string line)
    {
        if (line.Contains("Has installed a snapshot", StringComparison.Ordinal))
        {
            _installed.AddOrUpdate(replica, 1, (_, count) => count + 1);
        }
    }
}
