using System.Diagnostics;
using PaxosWcf.Client;
using PaxosWcf.Contracts.Configuration;
using PaxosWcf.History;
using PaxosWcf.Processes;

namespace PaxosWcf.Nemesis;

/// <summary>One run: five replicas, clients, faults; then calm, a last look at everything, and the verdict.</summary>
internal sealed class NemesisRun(NemesisPlan plan, Action<string> say)
{
    private const int AuditSlots = 64;

    private readonly long _start = Stopwatch.GetTimestamp();

    public async Task<NemesisReport> RunAsync(CancellationToken cancel)
    {
        using ClusterDirectory directory = ClusterDirectory.OpenNew(plan.Data);
        directory.Keep = true;
        string servers = LoopbackServers.Write(directory.Root, new FaultSettings { Enabled = true, Random = false });
        await using var machine = await Machine.PrepareAsync(directory, ServersFile.Load(servers).Replicas.Select(r => r.Id));
        IReadOnlyList<FaultKind> kinds = Allowed(machine);
        NemesisReport report = await OnMachineAsync(directory, servers, machine, kinds, cancel);
        directory.Keep = !report.Passed;
        if (directory.Keep)
        {
            Say($"Data, logs and history are left in {directory.Root}.");
        }

        return report;
    }

    private async Task<NemesisReport> OnMachineAsync(
        ClusterDirectory directory, string servers, Machine machine, IReadOnlyList<FaultKind> kinds, CancellationToken cancel)
    {
        var findings = new Findings(Say);
        (string, IReadOnlyList<string>) host = HostLocator.Find(plan.HostPath, AppContext.BaseDirectory);
        var snapshots = new SnapshotCount();
        var divergences = new DivergenceWatch(snapshots, findings);
        var setBacks = new SetBackWatch(findings);
        await using var cluster = new LocalCluster(servers, host, directory, (replica, line) =>
        {
            snapshots.Heard(replica, line);
            divergences.Heard(replica, line);
            setBacks.Heard(replica, line);
        })
        {
            Settings = Settings,
        };
        var replicas = new ReplicaSet(cluster, machine.Disks, findings);
        await using var control = new ReplicaControlClient(ControlOptions(servers));
        string historyPath = Path.Combine(directory.Root, "history.jsonl");
        using HistoryRecorder history = HistoryRecorder.Create(historyPath);
        PaxosClientOptions options = PaxosClientOptions.FromServersFile(servers) with
        {
            AttemptTimeout = TimeSpan.FromSeconds(2),
            OperationTimeout = TimeSpan.FromSeconds(8),
            History = history,
        };
        await using var workload = new Workload(options, plan.Clients, plan.Seed);
        await replicas.StartAsync(cancel);
        await cluster.WaitForLeaderAsync(control, cancel);

        var lab = new FaultLab(control);
        var members = new MemberDesk(ControlOptions(servers), findings, Say);
        await using var watching = new WatchingWitness(options, findings);
        var backups = new BackupWitness(ControlOptions(servers), directory.Root, findings);
        var witnesses = new Witnesses(watching, backups, control, findings);
        var faults = Faults(replicas, lab, members, setBacks, cluster.Configuration, directory.Root, Say);
        faults[FaultKind.Corrupt] = new CorruptFault(
            replicas, members, workload, backups, snapshots, divergences, cluster.Configuration.Cluster, AuditSlots, Say);
        using var injector = new Injector(new FaultSchedule(plan.Seed, replicas.Ids, kinds), faults, history, Say);
        try
        {
            await InjectAsync(injector, workload, witnesses, lab, cluster, control, findings, cancel);
            NemesisReport report = await new LastLook(control, workload, witnesses, history, historyPath, findings).LookAsync(Say, cancel);
            return report with
            {
                Counts = injector.Counts,
                Vain = injector.Vain,
                Missing = plan.AllKindsWithin is null ? [] : injector.Missing,
                Calls = workload.Counts,
                Skipped = machine.Skipped,
                Snapshots = snapshots.Installed,
                Watched = $"{watching.Told.Count} changes told, {workload.Batches.All.Count} batches looked for in them, begun again {watching.Interruptions} times",
                BackedUp = $"{backups.Taken.Count} taken and compared, {backups.Prevented} prevented",
            };
        }
        finally
        {
            replicas.DoomAll();
        }
    }

    private async Task InjectAsync(
        Injector injector, Workload workload, Witnesses witnesses, FaultLab lab, LocalCluster cluster, ReplicaControlClient control, Findings findings,
        CancellationToken cancel)
    {
        using var calmOver = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task asking = workload.RunAsync(calmOver.Token);
        Task looking = LookOnAsync(asking, witnesses);
        try
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            Task injecting = injector.RunAsync(over.Token);
            try
            {
                await TimeIsOverAsync(injector, cancel);
            }
            finally
            {
                await over.CancelAsync();
                await injecting;
            }

            Say("Time is over; everything is healed.");
            await lab.HealForGoodAsync(findings, cancel);
            await RequireLeaderAsync(cluster, control, findings, cancel);
            await Task.Delay(plan.Calm, cancel);
        }
        finally
        {
            await calmOver.CancelAsync();
            await looking;
        }
    }

    private async Task TimeIsOverAsync(Injector injector, CancellationToken cancel)
    {
        await Task.Delay(plan.Time, cancel);
        if (plan.AllKindsWithin is { } most && most > plan.Time)
        {
            await Task.WhenAny(injector.Dealt, Task.Delay(most - plan.Time, cancel));
        }
    }

    // That nobody leads once all is healed is what this program is for, and no reason to end without a verdict.
    private static async Task RequireLeaderAsync(LocalCluster cluster, ReplicaControlClient control, Findings findings, CancellationToken cancel)
    {
        try
        {
            await cluster.WaitForLeaderAsync(control, cancel);
        }
        catch (ClusterException e)
        {
            findings.Add($"After the faults: {e.Message}");
        }
    }

    // The witnesses look on a little longer than anybody writes: what they were told must then be all that there is.
    private static async Task LookOnAsync(Task asking, Witnesses witnesses)
    {
        using var allWritten = new CancellationTokenSource();
        Task looking = witnesses.RunAsync(allWritten.Token);
        await asking;
        await allWritten.CancelAsync();
        await looking;
    }

    private IReadOnlyList<FaultKind> Allowed(Machine machine)
    {
        foreach ((FaultKind kind, string why) in machine.Skipped)
        {
            Say($"Skipped: {kind.ToString().ToLowerInvariant()}, because {why}.");
        }

        return [.. Enum.GetValues<FaultKind>()
            .Where(kind => plan.Only.Count == 0 || plan.Only.Contains(kind))
            .Where(kind => !machine.Skipped.ContainsKey(kind))];
    }

    // A replica that is somewhere else for a while cannot be reached meanwhile, as one that is down.
    private static PaxosClientOptions ControlOptions(string servers) => PaxosClientOptions.FromServersFile(servers) with
    {
        AttemptTimeout = TimeSpan.FromSeconds(2),
        OperationTimeout = TimeSpan.FromSeconds(20),
        MembersInterval = TimeSpan.Zero,
    };

    private static Dictionary<FaultKind, Fault> Faults(
        ReplicaSet replicas, FaultLab lab, MemberDesk members, SetBackWatch setBacks, ServersConfiguration servers, string directory, Action<string> say)
    {
        var kill = new KillFault(replicas);
        var power = new PowerFault(replicas);
        var cut = new CutFault(lab);
        return new()
        {
            [FaultKind.Kill] = kill,
            [FaultKind.Restart] = kill,
            [FaultKind.Stop] = new StopFault(replicas),
            [FaultKind.Power] = power,
            [FaultKind.Blackout] = power,
            [FaultKind.Fsync] = new FsyncFault(replicas, directory, say),
            [FaultKind.Full] = new FullDiskFault(replicas, members),
            [FaultKind.Roll] = new RollFault(replicas),
            [FaultKind.LostDisk] = new LostDiskFault(replicas, members),
            [FaultKind.Replace] = new ReplaceFault(replicas, members, servers),
            [FaultKind.SetBack] = new SetBackFault(replicas, members, setBacks, directory),
            [FaultKind.Members] = new MembersFault(replicas, members, servers),
            [FaultKind.MixUp] = new MixUpFault(replicas, members),
            [FaultKind.Transfer] = new TransferFault(lab, replicas.Ids),
            [FaultKind.Acceptor] = new AcceptorFault(lab),
            [FaultKind.OneWay] = cut,
            [FaultKind.Split] = cut,
            [FaultKind.Ring] = cut,
            [FaultKind.Bridge] = cut,
            [FaultKind.Delay] = new DelayFault(lab, replicas.Ids),
        };
    }

    // With a log so short, whoever was away for a moment needs a snapshot of the state; with segments so short, a wrong state is soon found out.
    private static Dictionary<string, string> Settings => new() { ["LogSlotsMax"] = "64", ["AuditSlots"] = $"{AuditSlots}" };

    private void Say(string line) => say($"{Stopwatch.GetElapsedTime(_start).TotalSeconds,7:0.0} s  {line}");
}
