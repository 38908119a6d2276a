using System.Text;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

/// <summary>What was found at the end of a round.</summary>
internal sealed record ChaosFindings(DigestComparison Digests, IReadOnlyList<string> Lost);

/// <summary>After a round: every replica must hold every acknowledged write, and all the same.</summary>
internal sealed class ChaosVerifier(StoreConnection connection, TimeProvider time)
{
    private const int ReadsAtOnce = 16;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public async Task<ChaosFindings> VerifyAsync(WriteLedger ledger, CancellationToken cancel)
    {
        // Nobody writes any more. What stores hold is the state of up to a tick ago: it may be the same everywhere, and of before the last writes.
        DigestComparison digests = await DigestComparison.WaitForAgreementAsync(connection.Control, Patience, time, cancel);
        if (digests.Verdict is DigestVerdict.Unreachable or DigestVerdict.NeverMet)
        {
            return new ChaosFindings(digests, ledger.TakeLost());
        }

        var lost = new List<string>(ledger.TakeLost());
        foreach (int replica in connection.Replicas)
        {
            lost.AddRange(await LostAtAsync(replica, ledger, cancel));
        }

        return new ChaosFindings(digests, lost);
    }

    private async Task<IEnumerable<string>> LostAtAsync(int replica, WriteLedger ledger, CancellationToken cancel)
    {
        PaxosKeyValueClient store = connection.At(replica);
        var lost = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = ReadsAtOnce, CancellationToken = cancel };

        // A replica hears of the last writes up to some ticks later than their callers. A linearizable read waits until it has.
        await store.GetAsync("chaos", cancel: cancel);
        await Parallel.ForEachAsync(ledger.Keys, parallel, async (entry, token) =>
        {
            GetReply reply = (await store.GetAsync(entry.Key, ReadConsistency.Serializable, token)).Reply;
            string? found = reply.Found ? Encoding.UTF8.GetString(reply.Value ?? []) : null;
            if (!entry.Value.Allows(found))
            {
                lost.Enqueue($"replica {replica}: {entry.Key} holds {WriteLedger.Quoted(found)} instead of {WriteLedger.Quoted(entry.Value.Acknowledged)}");
            }
        });
        return lost;
    }
}
