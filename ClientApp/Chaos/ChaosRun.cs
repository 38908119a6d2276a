using PaxosWcf.Client;
using PaxosWcf.History;

namespace PaxosWcf.ClientApp;

/// <summary>The rounds: clients write while replicas are killed; then calm, and everything is looked at.</summary>
internal sealed class ChaosRun(
    Session session, ChaosPlan plan, LocalCluster cluster, StoreConnection connection, ChaosHistory? history)
{
    private readonly WriteLedger _ledger = new();
    private readonly PauseWatch _pauses = new(TimeProvider.System);
    private readonly ChaosReport _report = new(session.Printer, plan);
    private TimeSpan _loadedAfter;

    public static async Task<int> RunAsync(Session session, ChaosPlan plan, CancellationToken cancel)
    {
        (string, IReadOnlyList<string>) host = HostLocator.Find(plan.HostPath, AppContext.BaseDirectory);
        using ClusterDirectory directory = ClusterDirectory.OpenNew(plan.Data);
        string servers = LoopbackServers.Write(directory.Root);
        await using var cluster = new LocalCluster(servers, host, directory, (_, _) => { });
        ConsoleSettings settings = session.Settings with { ServersPath = servers, Replica = null, Host = null, Port = null };
        await using var connection = new StoreConnection(StoreConnection.OptionsFor(settings, session.Logger));
        directory.Keep = true;
        try
        {
            int exitCode = await RunAsync(session, plan, cluster, connection, cancel);
            directory.Keep = exitCode != ExitCodes.Ok;
            return exitCode;
        }
        finally
        {
            if (directory.Keep)
            {
                session.Printer.Say($"Data and logs are left in {directory.Root}.");
            }
        }
    }

    private static async Task<int> RunAsync(
        Session session, ChaosPlan plan, LocalCluster cluster, StoreConnection connection, CancellationToken cancel)
    {
        if (plan.History is not { } path)
        {
            return await new ChaosRun(session, plan, cluster, connection, null).RunAsync(cancel);
        }

        int exitCode;
        await using (var history = new ChaosHistory(path, connection.Options, plan))
        {
            exitCode = await new ChaosRun(session, plan, cluster, connection, history).RunAsync(cancel);
            await Progress.WhileAsync(session, "calm traffic, and every key read at every replica", () => history.EndAsync(cancel));
        }

        int verdict = await VerifyProgram.VerifyAsync(session, [path], new VerifierOptions { Slots = true }, false, cancel);
        return exitCode != ExitCodes.Ok || verdict == (int)Verdict.Ok ? exitCode : ExitCodes.NotFoundOrFailed;
    }

    private async Task<int> RunAsync(CancellationToken cancel)
    {
        await Progress.WhileAsync(session, "starting five replicas", () => cluster.StartAsync(cancel));
        await cluster.WaitForLeaderAsync(connection.Control, cancel);
        _report.Begin();
        List<PaxosKeyValueClient> clients = [.. Enumerable.Range(0, plan.Clients).Select(_ => new PaxosKeyValueClient(connection.Options))];
        try
        {
            ChaosWriter[] writers = [.. clients.Select((c, n) => new ChaosWriter(n + 1, c, _ledger, _pauses))];
            var killer = new ChaosKiller(cluster, plan.KillEvery, new Random(plan.Seed), id => history?.Killing(id));
            return await Progress.WithBarAsync(session, "rounds", moved => RoundsAsync(writers, killer, moved, cancel));
        }
        finally
        {
            await Task.WhenAll(clients.Select(c => c.DisposeAsync().AsTask()));
        }
    }

    private async Task<int> RoundsAsync(
        ChaosWriter[] writers, ChaosKiller killer, Action<int, int> moved, CancellationToken cancel)
    {
        for (int round = 1; round <= plan.Rounds; round++)
        {
            await RoundAsync(round, writers, killer, cancel);
            moved(round, plan.Rounds);
        }

        return _report.Conclude();
    }

    private async Task RoundAsync(int number, ChaosWriter[] writers, ChaosKiller killer, CancellationToken cancel)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Array.ForEach(writers, w => w.BeginRound());
        _pauses.Begin();
        Task<int> killing = plan.Rolling ? RollAsync(writers, over) : KillAsync(killer, over);
        Task calls = history?.CallUntilAsync(over.Token) ?? Task.CompletedTask;
        await Task.WhenAll([.. writers.Select(w => w.WriteUntilAsync(over.Token)), killing, calls]);
        cancel.ThrowIfCancellationRequested();
        TimeSpan pause = _pauses.End();

        // Faults first, then calm: all replicas are up before anything is judged. Who is not, though nobody killed it, is named, and started again: what it left is looked at too.
        await cluster.RestartEndedAsync();
        IReadOnlyList<string> ended = cluster.TakeEnded();
        await cluster.WaitUntilReadyAsync(cancel);
        await cluster.WaitForLeaderAsync(connection.Control, cancel);
        history?.Healed();
        ChaosFindings findings = await new ChaosVerifier(connection, TimeProvider.System).VerifyAsync(_ledger, cancel);
        _report.Add(new ChaosRound(
            number, writers.Sum(w => w.Counts.Acknowledged), writers.Sum(w => w.Counts.Unknown),
            writers.Sum(w => w.Counts.Refused), await killing, _loadedAfter, pause, findings)
        {
            Ended = ended,
        });
    }

    private Task<int> KillAsync(ChaosKiller killer, CancellationTokenSource over)
    {
        over.CancelAfter(plan.RoundTime);
        return killer.KillUntilAsync(over.Token);
    }

    // The round is over when all replicas have been restarted, or one could not be. The first waits until every client has had a
    // write acknowledged: before that nobody could tell a restart from clients and replicas that are only just beginning.
    private async Task<int> RollAsync(ChaosWriter[] writers, CancellationTokenSource over)
    {
        try
        {
            await Task.WhenAll(writers.Select(w => w.Writing)).WaitAsync(over.Token);
            _loadedAfter = _pauses.Begin();
            return await new ChaosRoller(cluster, connection.Control).RollAsync(over.Token);
        }
        finally
        {
            await over.CancelAsync();
        }
    }
}
