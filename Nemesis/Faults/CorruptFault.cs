using System.Diagnostics;
using PaxosWcf.Contracts;

namespace PaxosWcf.Nemesis;

/// <summary>The state of one replica is made wrong while it is down. It must find out through the log, fence itself and say in which slots; then
/// it comes back as after a lost disk.</summary>
/// <remarks>Nobody writes while it is down: all keep so short a log that it would fetch the state of another one, and be right again. Where
/// that happens all the same, because it is late afterwards, there is nothing left to be found. Others that are late may fetch its state: were they cut off meanwhile, a
/// majority could come to be wrong, which nobody can find out. So no link is touched as long as it lasts. And what is wrong shows only where somebody
/// writes it again, and is right again once somebody removes it, so the clients stay with their keys.</remarks>
internal sealed class CorruptFault(
    ReplicaSet replicas, MemberDesk members, Workload workload, BackupWitness backups, SnapshotCount snapshots, DivergenceWatch divergences, string cluster, int auditSlots,
    Action<string> say) : Fault
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan HeardPatience = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public override bool NeedsLinks => true;

    public override async Task<bool> RunAsync(FaultStep step, CancellationToken over)
    {
        int id = step.Victims[0];
        int before;
        long through;
        using ExpectedWord spoiling = divergences.Spoil(id, replicas.Ids);
        using IDisposable unasked = backups.LeaveOut(id);
        using IDisposable staying = await workload.StayAsync(Patience);
        using (await workload.PauseAsync())
        {
            through = await LevelAsync(id);
            await replicas.StopAsync(id);

            // What it fetched before it was made wrong made nothing right.
            before = snapshots.InstalledBy(id);
            int keys = StateSpoiler.Spoil(replicas.DataOf(id), cluster, id);
            await replicas.RestartAsync([id]);
            await LevelAsync(id);
            say($"  corrupt: {keys} keys are wrong at replica {id}");
            if (keys == 0)
            {
                return false;
            }
        }

        ReplicaStatus? fenced = await FencedAsync(id, before);
        if (fenced is not null)
        {
            CheckSlots(id, fenced, through);
            await RequireHeardAsync(id, spoiling);
        }

        // Whoever fetched the state of the wrong one meanwhile is as wrong.
        foreach (int wrong in (await DivergedAsync()).Union([id]))
        {
            await replicas.KillAsync([wrong]);
            await replicas.RestartEmptiedAsync(wrong);
            await members.RequireFencedAsync(wrong);
            await members.ReadmitAsync(wrong);
        }

        return fenced is not null;
    }

    // What a replica logs comes a moment after what it says.
    private async Task RequireHeardAsync(int id, ExpectedWord spoiling)
    {
        if (!await spoiling.IsHeardAsync(HeardPatience))
        {
            replicas.Findings.Add(
                $"Replica {id} is fenced, for its state is wrong, and did not log \"{DivergenceWatch.Sentence}\" within {HeardPatience.TotalSeconds} s: whoever listens for that hears of no wrong state.");
        }
    }

    private async Task<IEnumerable<int>> DivergedAsync()
    {
        ReplicaStatus?[] all = await Task.WhenAll(replicas.Ids.Select(members.StatusAsync));
        return all.OfType<ReplicaStatus>().Where(status => status.DivergedFrom is not null).Select(status => status.ReplicaId);
    }

    // Waits until it has applied what the others have: then it needs no snapshot when it is back.
    private async Task<long> LevelAsync(int id)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            ReplicaStatus?[] all = await Task.WhenAll(replicas.Ids.Select(members.StatusAsync));
            long furthest = all.Max(status => status?.AppliedThrough ?? 0);
            if (all.FirstOrDefault(status => status?.ReplicaId == id) is { Standing: "Voter" } own && own.AppliedThrough == furthest)
            {
                return furthest;
            }

            if (Stopwatch.GetElapsedTime(start) > Patience)
            {
                replicas.Findings.Add($"Replica {id} did not come level with the others within {Patience.TotalSeconds} s.");
                return furthest;
            }

            await Task.Delay(Pause);
        }
    }

    private async Task<ReplicaStatus?> FencedAsync(int id, int snapshotsBefore)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < Patience)
        {
            if (await members.StatusAsync(id) is { DivergedFrom: not null } status)
            {
                return status;
            }

            if (snapshots.InstalledBy(id) > snapshotsBefore)
            {
                say($"  corrupt: replica {id} has fetched the state of another one, and is right again");
                return null;
            }

            await Task.Delay(Pause);
        }

        replicas.Findings.Add($"The state of replica {id} is wrong, and it did not fence itself within {Patience.TotalSeconds} s.");
        return null;
    }

    private void CheckSlots(int id, ReplicaStatus status, long through)
    {
        say($"  corrupt: replica {id} differs in {status.DivergedFrom}..{status.DivergedThrough}, and is fenced");
        if (status.DivergedThrough <= through || status.DivergedThrough - status.DivergedFrom != auditSlots - 1)
        {
            replicas.Findings.Add(
                $"Replica {id} was made wrong after slot {through}, and says that it differs in {status.DivergedFrom}..{status.DivergedThrough}, which is no segment of {auditSlots} slots after that.");
        }
    }
}
