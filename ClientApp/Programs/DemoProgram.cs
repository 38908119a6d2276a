using System.CommandLine;
using PaxosWcf.Client;

namespace PaxosWcf.ClientApp;

/// <summary><c>demo</c>: five replica processes, the coursework's sequence while acceptors fail, then the prompt.</summary>
internal static class DemoProgram
{
    public static Command Command(ProgramActions actions)
    {
        var data = new Option<string?>("--data") { HelpName = "DIR", Description = "where the replicas keep their data (default: a temporary directory)" };
        Option<string?> host = ReplicaHostOption();
        var command = new Command("demo", "start the replicas of servers.xml here, show what they do, then the prompt") { data, host };
        actions.SetAction(command, (parsed, session, cancel) =>
            RunAsync(session, parsed.GetValue(data), parsed.GetValue(host), cancel));
        return command;
    }

    public static Option<string?> ReplicaHostOption()
    {
        return new Option<string?>("--replica-host") { HelpName = "PATH", Description = "the replica host's program (default: the one built or installed with this)" };
    }

    private static async Task<int> RunAsync(Session session, string? data, string? hostPath, CancellationToken cancel)
    {
        string servers = ServersLocator.Find(session.Settings.ServersPath, Environment.CurrentDirectory, AppContext.BaseDirectory);
        (string, IReadOnlyList<string>) host = HostLocator.Find(hostPath, AppContext.BaseDirectory);
        using ClusterDirectory directory = ClusterDirectory.Open(data);
        var transcript = new DemoTranscript(session.Printer, TimeProvider.System);
        await using var cluster = new LocalCluster(servers, host, directory, transcript.Heard, "--log-requests");
        PaxosClientOptions options = StoreConnection.OptionsFor(session.Settings with { ServersPath = servers }, session.Logger);
        await using var connection = new StoreConnection(options);
        try
        {
            await StartAsync(session, transcript, cluster, connection, cancel);
            await new DemoStory(connection, transcript, session.Verbs(connection)).TellAsync(cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            directory.Keep = true;
            transcript.Say($"The replicas' logs are in {directory.Root}.");
            throw;
        }

        return session.Io.InIsTerminal ? await PromptAsync(session, transcript, connection) : ExitCodes.Ok;
    }

    private static async Task StartAsync(
        Session session, DemoTranscript transcript, LocalCluster cluster, StoreConnection connection, CancellationToken cancel)
    {
        transcript.Say($"Starting {cluster.Ids.Count} replica processes of cluster {cluster.Configuration.Cluster} …");
        await Progress.WhileAsync(session, "waiting until all replicas are ready", () => cluster.StartAsync(cancel));
        foreach (var replica in cluster.Configuration.Replicas)
        {
            transcript.Say($"  replica {replica.Id}  client {replica.Client.GetLeftPart(UriPartial.Authority)}  peer {replica.Peer.GetLeftPart(UriPartial.Authority)}");
        }

        int leader = 0;
        await Progress.WhileAsync(session, "waiting until one leads", async () =>
            leader = await cluster.WaitForLeaderAsync(connection.Control, cancel));
        transcript.Say($"Replica {leader} leads.");
    }

    private static async Task<int> PromptAsync(Session session, DemoTranscript transcript, StoreConnection connection)
    {
        transcript.Say("The replicas go on until you leave. Their faults are in their logs from here on.");
        await PromptLoop.RunAsync(session, connection);
        return ExitCodes.Ok;
    }
}
