using System.Security.Cryptography;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Nemesis;

/// <summary>The directories of two replicas are mixed up, and put right again later. Neither may vote with the other's memory, and nothing of it may
/// be changed: each votes with its own again, and nobody has to readmit it.</summary>
internal sealed class MixUpFault(ReplicaSet replicas, MemberDesk members) : Fault
{
    private const int CannotStart = 3;

    public override async Task<bool> RunAsync(FaultStep step, CancellationToken over)
    {
        (int one, int other) = (step.Victims[0], step.Victims[1]);
        await replicas.KillAsync([one]);
        replicas.MixUp(one, other);
        await RequireRefusedAsync(one, other);
        await replicas.KillAsync([one, other]);
        Dictionary<string, string> before = Contents(one, other);
        await replicas.RestartAsync([one, other]);
        await RequireGuestsAsync(one, other);
        await HoldAsync(step.Hold, over);
        await RequireGuestsAsync(one, other);
        await replicas.KillAsync([one, other]);
        Compare(before, Contents(one, other));
        replicas.MixUp(one, other);
        await replicas.RestartAsync([one, other]);
        await members.VotesAsync(one);
        await members.VotesAsync(other);
        return true;
    }

    // The other one runs: a second process on its files would write between its lines.
    private async Task RequireRefusedAsync(int one, int other)
    {
        if (await replicas.TryRestartAsync(one))
        {
            replicas.Findings.Add($"Replica {one} serves with the data directory of replica {other}, which runs.");
        }
        else if (replicas.ProcessOf(one) is { ExitCode: not CannotStart } process)
        {
            replicas.Findings.Add($"Replica {one} was started with the data directory of replica {other}, and ended with exit code {process.ExitCode}: {process.LastWords}");
        }
    }

    private async Task RequireGuestsAsync(params int[] ids)
    {
        foreach (int id in ids)
        {
            if (await members.RequireStatusAsync(id) is { } status && status is not { Standing: "Fenced", ForeignDirectory: not null })
            {
                replicas.Findings.Add($"Replica {id} runs in the data directory of another one, and is {status.Standing}: {status.ForeignDirectory ?? "it does not say so"}");
            }
        }
    }

    private void Compare(Dictionary<string, string> before, Dictionary<string, string> after)
    {
        string[] changed = [.. before.Except(after).Concat(after.Except(before)).Select(file => file.Key).Distinct()];
        if (changed.Length > 0)
        {
            replicas.Findings.Add($"Replicas ran in the data directories of others, and changed there: {string.Join(", ", changed)}");
        }
    }

    // All files but those of guests, which live in directories of their own, and the one that says who holds the directory, which a guest does.
    private Dictionary<string, string> Contents(params int[] ids) => ids.Select(replicas.DataOf)
        .SelectMany(directory => Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetRelativePath(directory, file) is var name && name != DirectoryLock.OwnerFile && !name.StartsWith("guest-", StringComparison.Ordinal)))
        .ToDictionary(file => file, file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))));
}
