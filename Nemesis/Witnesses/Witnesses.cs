using PaxosWcf.Client;
using PaxosWcf.Contracts;
using PaxosWcf.History;
using PaxosWcf.Processes;

namespace PaxosWcf.Nemesis;

/// <summary>Those that look on beside the clients: one that watches, one that takes backups.</summary>
internal sealed class Witnesses(WatchingWitness watching, BackupWitness backups, ReplicaControlClient control, Findings findings)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public WatchingWitness Watching => watching;

    public BackupWitness Backups => backups;

    /// <summary>Has them look on until <paramref name="over"/>; then, when all is calm, to the end of what there is to be told.</summary>
    public async Task RunAsync(CancellationToken over)
    {
        using var told = new CancellationTokenSource();
        Task watch = watching.RunAsync(told.Token);
        await backups.RunAsync(over);
        await backups.RequireAsync(control.Replicas[0]);
        await watching.ReachAsync(await RevisionAsync(), Patience);
        await told.CancelAsync();
        await watch;
    }

    /// <summary>Holds all against the history.</summary>
    public async Task JudgeAsync(RecordedHistory history, SentBatches batches)
    {
        var judge = new Judge(history.Calls);
        foreach (string lie in judge.OfWatching(watching.Told, await RevisionAsync())
            .Concat(judge.OfBackups(watching.Told, backups.Taken))
            .Concat(Judge.OfBatches(watching.Told, batches.All, backups.Taken)))
        {
            findings.Add(lie);
        }
    }

    private async Task<long> RevisionAsync()
    {
        ReplicaStatus?[] all = await Task.WhenAll(control.Replicas.Select(id => LeaderWatch.TryStatusAsync(control, id, CancellationToken.None)));
        return all.Max(status => status?.Revision ?? 0);
    }
}
