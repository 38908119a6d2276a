using System.Globalization;
using PaxosWcf.Client;
using PaxosWcf.Contracts;
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
        foreach (Silence silence in await workload.FinalReadsAsync(cancel))
        {
            findings.Add($"Replica {silence.Replica} gave no answer to the final read of {silence.Key}: {silence.Why} {await StandingAsync(silence.Replica, cancel)}");
        }

        await RequireVotersAsync(cancel);
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

    // All faults are over, and whoever was fenced by one is readmitted.
    private async Task RequireVotersAsync(CancellationToken cancel)
    {
        foreach (int replica in control.Replicas)
        {
            try
            {
                ReplicaStatus status = await control.StatusAsync(replica, cancel);
                if (status.Standing != "Voter")
                {
                    findings.Add($"Replica {replica} is {status.Standing} when all is calm. {status.Complaint}");
                }
            }
            catch (ReplicaUnavailableException e)
            {
                findings.Add($"Replica {replica} does not say how it stands when all is calm: {e.Message}");
            }
        }
    }

    // How all stand by then: who is silent, and whom the others hear.
    private async Task<string> StandingAsync(int silent, CancellationToken cancel)
    {
        var all = new List<string>();
        foreach (int replica in control.Replicas)
        {
            try
            {
                ReplicaStatus status = await control.StatusAsync(replica, cancel);
                all.Add($"{(replica == silent ? "the silent " : "")}{replica} is {status.Standing} ({status.Proposer}), hears {status.Leader?.ToString(CultureInfo.InvariantCulture) ?? "nobody"}, has promised {status.Promised} and learned through {status.LearnedThrough} of configuration {status.Configuration}");
            }
            catch (ReplicaUnavailableException e)
            {
                all.Add($"{replica}: {e.Message}");
            }
        }

        return string.Join("; ", all) + ".";
    }
}
