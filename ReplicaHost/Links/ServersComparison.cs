using System.Collections.Concurrent;

namespace PaxosWcf.ReplicaHost.Links;

/// <summary>Compares the hash of this process' servers.xml with those that heartbeats carry, and says so when they
/// differ: replicas with different files may count different quorums.</summary>
internal sealed class ServersComparison(string ownHash, ILogger logger)
{
    private readonly ConcurrentDictionary<int, bool> _differs = [];

    /// <summary>Hash of this process' file.</summary>
    public string OwnHash { get; } = ownHash;

    /// <summary>Ids of replicas whose file differs, rising.</summary>
    public int[] DifferAt => [.. _differs.Where(entry => entry.Value).Select(entry => entry.Key).Order()];

    /// <summary>A replica told the hash of its file.</summary>
    public void OnHeard(int replica, string? hash)
    {
        if (hash is null)
        {
            return;
        }

        var differs = !string.Equals(hash, OwnHash, StringComparison.Ordinal);
        if (_differs.TryGetValue(replica, out var before) ? before == differs : !differs)
        {
            _differs.TryAdd(replica, differs);
            return;
        }

        _differs[replica] = differs;
        if (differs)
        {
            HostLog.ServersDiffer(logger, replica, hash, OwnHash);
        }
        else
        {
            HostLog.ServersAgree(logger, replica);
        }
    }
}
