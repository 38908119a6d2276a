using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Processes;

internal enum DigestVerdict
{
    /// <summary>All replicas are applied through the same slot and hold the same.</summary>
    Same,

    /// <summary>Two replicas are applied through the same slot and hold different things: a broken store. Or one has found out so
    /// by itself, and is fenced.</summary>
    Different,

    /// <summary>They were never all applied through the same slot: writes go on, or a replica lags.</summary>
    NeverMet,

    /// <summary>Some replica gave no answer.</summary>
    Unreachable,
}

/// <summary>Compares the contents of all replicas at one slot.</summary>
internal sealed record DigestComparison(DigestVerdict Verdict, IReadOnlyList<StateDigest> Digests, string Sentence)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Asks again until all replicas are applied through one slot, or patience ends.</summary>
    public static async Task<DigestComparison> WaitForAgreementAsync(
        ReplicaControlClient control, TimeSpan patience, TimeProvider time, CancellationToken cancel)
    {
        long start = time.GetTimestamp();
        while (true)
        {
            DigestComparison seen = await LookAsync(control, cancel);
            if (seen.Verdict == DigestVerdict.NeverMet && await FindFencedAsync(control, cancel) is { } fenced)
            {
                return new(DigestVerdict.Different, seen.Digests,
                    $"Replica {fenced.ReplicaId} is fenced, for its state differs from that of the others: it was found wrong in slots "
                    + $"{fenced.DivergedFrom}..{fenced.DivergedThrough}, and applies nothing more.");
            }

            if (seen.Verdict is DigestVerdict.Same or DigestVerdict.Different || time.GetElapsedTime(start) >= patience)
            {
                return seen;
            }

            await Task.Delay(Pause, time, cancel);
        }
    }

    /// <summary>What a set of digests says.</summary>
    public static DigestComparison Of(IReadOnlyList<StateDigest> digests)
    {
        IGrouping<long, StateDigest>? split = digests.GroupBy(d => d.AppliedThrough)
            .FirstOrDefault(slot => slot.Select(d => (d.Hash, d.Revision, d.Keys)).Distinct().Count() > 1);
        if (split is not null)
        {
            return new(DigestVerdict.Different, digests,
                $"Replicas {string.Join(", ", split.Select(d => d.ReplicaId))} hold different contents at slot {split.Key}.");
        }

        return digests.Select(d => d.AppliedThrough).Distinct().Count() == 1
            ? new(DigestVerdict.Same, digests, $"All {digests.Count} replicas hold the same contents.")
            : new(DigestVerdict.NeverMet, digests, "The replicas were never applied through the same slot while being watched; no two differ at one slot.");
    }

    private static async Task<DigestComparison> LookAsync(ReplicaControlClient control, CancellationToken cancel)
    {
        (StateDigest? Digest, string? Why)[] all =
            await Task.WhenAll(control.Replicas.Select(r => AskAsync(control, r, cancel)));
        List<StateDigest> digests = [.. all.Select(a => a.Digest).OfType<StateDigest>()];
        DigestComparison seen = Of(digests);
        string[] missing = [.. all.Select(a => a.Why).OfType<string>()];
        return missing.Length == 0 || seen.Verdict == DigestVerdict.Different
            ? seen
            : new(DigestVerdict.Unreachable, digests, string.Join(' ', missing) + OfTheOthers(seen));
    }

    private static string OfTheOthers(DigestComparison others) => others switch
    {
        { Digests.Count: < 2 } => "",
        { Verdict: DigestVerdict.Same } => $" The {others.Digests.Count} that answered hold the same contents.",
        _ => $" Of the {others.Digests.Count} that answered no two differ at one slot.",
    };

    // It stands at the slot at which it found out, and the others go on: they never meet.
    private static async Task<ReplicaStatus?> FindFencedAsync(ReplicaControlClient control, CancellationToken cancel)
    {
        ReplicaStatus?[] all = await Task.WhenAll(control.Replicas.Select(r => LeaderWatch.TryStatusAsync(control, r, cancel)));
        return all.FirstOrDefault(status => status?.DivergedFrom is not null);
    }

    private static async Task<(StateDigest? Digest, string? Why)> AskAsync(
        ReplicaControlClient control, int replica, CancellationToken cancel)
    {
        try
        {
            return (await control.DigestAsync(replica, cancel), null);
        }
        catch (ReplicaUnavailableException e)
        {
            return (null, e.Message);
        }
    }
}
