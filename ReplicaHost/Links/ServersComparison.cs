using System.Collections.Concurrent;

namespace PaxosWcf.ReplicaHost.Links;

/// <summary>Compares the hash of this process' servers.xml with those that heartbeats carry, and says so when they
/// differ: replicas with different files may count different quorums.</summary>
/// <param name="ownHash">Hash of this process' file.</param>
/// <param name="time">Tells how long ago a replica was heard.</param>
/// <param name="logger">Hears of each change.</param>
internal sealed class ServersComparison(string ownHash, TimeProvider time, ILogger logger)
{
    /// <summary>For how long a word counts. Followers do not speak to each other: what one said in a campaign may have been mended since.</summary>
    public static readonly TimeSpan WordsCountFor = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<int, Word> _words = [];

    /// <summary>Hash of this process' file.</summary>
    public string OwnHash { get; } = ownHash;

    /// <summary>Ids of replicas that were heard lately and whose file differs, rising.</summary>
    public int[] DifferAt => [.. _words
        .Where(entry => entry.Value.Differs && time.GetElapsedTime(entry.Value.At) <= WordsCountFor)
        .Select(entry => entry.Key).Order()];

    /// <summary>A replica told the hash of its file.</summary>
    public void OnHeard(int replica, string? hash)
    {
        if (hash is null)
        {
            return;
        }

        var differs = !string.Equals(hash, OwnHash, StringComparison.Ordinal);
        var differed = _words.TryGetValue(replica, out var before) && before.Differs;
        _words[replica] = new Word(differs, time.GetTimestamp());
        if (differs == differed)
        {
            return;
        }

        if (differs)
        {
            HostLog.ServersDiffer(logger, replica, hash, OwnHash);
        }
        else
        {
            HostLog.ServersAgree(logger, replica);
        }
    }

    private readonly record struct Word(bool Differs, long At);
}
