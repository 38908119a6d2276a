using System.Diagnostics;
using PaxosWcf.Contracts;

namespace PaxosWcf.Nemesis;

/// <summary>One replica's disk is set back to an image of some seconds ago, as when somebody restores a snapshot of its machine. What it has said since is
/// forgotten: it must find out from the others, and not vote; then it is readmitted.</summary>
internal sealed class SetBackFault(ReplicaSet replicas, MemberDesk members, SetBackWatch watch, string directory) : Fault
{
    // Its start is heard of by a majority then, whatever partitions there are, and some of its votes.
    private static readonly TimeSpan Since = TimeSpan.FromSeconds(5);

    // A partition may keep it from asking a majority for some seconds.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    // What a replica logs comes a moment after what it says.
    private static readonly TimeSpan HeardPatience = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public override async Task<bool> RunAsync(FaultStep step, CancellationToken over)
    {
        int id = step.Victims[0];
        string image = Path.Combine(directory, $"image-{id}");
        await replicas.StopAsync(id);
        DiskImage.Copy(replicas.DataOf(id), image);
        await replicas.RestartAsync([id]);
        await VotesAsync(id);
        await Task.Delay(Since, CancellationToken.None);
        await HoldAsync(step.Hold, over);
        await replicas.KillAsync([id]);
        DiskImage.Copy(image, replicas.DataOf(id));
        Directory.Delete(image, recursive: true);
        using ExpectedWord expected = watch.Expect(id);
        await replicas.RestartAsync([id]);
        if (await FoundOutAsync(id) && !await expected.IsHeardAsync(HeardPatience))
        {
            replicas.Findings.Add(
                $"Replica {id} is fenced, for its disk was set back, and did not log \"{SetBackWatch.Sentence}\" within {HeardPatience.TotalSeconds} s: whoever listens for that hears of no such disk.");
        }

        await members.ReadmitAsync(id);
        return true;
    }

    private async Task VotesAsync(int id)
    {
        if (await UntilAsync(id, status => status.Standing == "Voter") is { } last)
        {
            replicas.Findings.Add($"Replica {id} was started again with its own disk, and is {last} after {Patience.TotalSeconds} s.");
        }
    }

    private async Task<bool> FoundOutAsync(int id)
    {
        string? last = await UntilAsync(id, status => status.Standing is not "Asking");
        if (last is null && await members.StatusAsync(id) is { Standing: not "Fenced" } status)
        {
            last = status.Standing;
        }

        if (last is not null)
        {
            replicas.Findings.Add($"The disk of replica {id} was set back, and it is {last}.");
        }

        return last is null;
    }

    // Null once it is so; else what it was in the end.
    private async Task<string?> UntilAsync(int id, Func<ReplicaStatus, bool> holds)
    {
        string last = "silent";
        for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < Patience; await Task.Delay(Pause))
        {
            if (await members.StatusAsync(id) is { } status)
            {
                if (holds(status))
                {
                    return null;
                }

                last = status.Standing ?? "of no standing";
            }
        }

        return last;
    }
}
