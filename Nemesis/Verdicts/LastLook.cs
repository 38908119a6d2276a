using PaxosWcf.Client;
using PaxosWcf.History;
using PaxosWcf.Processes;

namespace PaxosWcf.Nemesis;

/// <summary>After the calm: every key is read at every replica, all contents are compared, the history is verified, and what the witnesses were
/// told is held against it.</summary>
internal sealed class LastLook(
    ReplicaControlClient control, Workload workload, Witnesses witnesses, HistoryRecorder history, string historyPath, Findings findings)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public async Task<NemesisReport> LookAsync(Action<string> say, CancellationToken cancel)
    {
        say($"Final reads of {workload.Keys.Count} keys at every replica.");
        foreach (string silence in await workload.FinalReadsAsync(cancel))
        {
            findings.Add(silence);
        }

        DigestComparison contents = await DigestComparison.WaitForAgreementAsync(control, Patience, TimeProvider.System, cancel);
        history.Dispose();
        say("Verifying the history.");
        RecordedHistory recorded = RecordedHistory.Load([historyPath]);
        await witnesses.JudgeAsync(recorded, workload.Batches);
        Verification verification = new HistoryVerifier(new VerifierOptions { TimeLimit = TimeSpan.FromMinutes(2), Slots = true })
            .Verify(recorded, cancel: cancel);
        return new NemesisReport(
            $"{contents.Verdict}; {contents.Sentence}", contents.Verdict == DigestVerdict.Same, verification, findings.All);
    }
}
