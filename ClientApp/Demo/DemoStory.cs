using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

/// <summary>The coursework's sequence: pre-populate, then five PUT, five GET, ContainsKey and five DELETE, each kind at
/// every replica in turn, while acceptors fail and recover.</summary>
internal sealed class DemoStory(StoreConnection connection, DemoTranscript transcript, VerbContext context)
{
    private static readonly TimeSpan DownTime = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan FaultPatience = TimeSpan.FromSeconds(15);
    private static readonly string[] Colours = ["red", "orange", "yellow", "green", "blue"];

    private int _failures;

    public async Task TellAsync(CancellationToken cancel)
    {
        VerbResult filled = await new PrepopulateCommand().RunAsync(context, [], cancel);
        transcript.Say($"Pre-populated: {filled.Plain}.");
        IReadOnlyList<int> replicas = connection.Replicas;

        transcript.Heading("PUT at every replica, while the acceptor of one fails");
        await FailAsync(replicas[^1], cancel);
        await EachAsync(replicas, (i, at) => RunAsync(new PutCommand(), at, [Key(i), Colours[i % Colours.Length]], cancel));

        transcript.Heading("GET at every replica: another one than took the PUT");
        await FailAsync(await LeaderAsync(cancel), cancel);
        await EachAsync(replicas, (i, at) => RunAsync(new GetCommand(), at, [Key((i + 1) % replicas.Count)], cancel));

        transcript.Heading("CONTAINS and DELETE at every replica, while two acceptors fail");
        await ReviveAllAsync(cancel);
        await FailAsync(replicas[0], cancel);
        await FailAsync(replicas[1], cancel);
        await RunAsync(new ContainsCommand(), replicas[^1], [Key(0)], cancel);
        await EachAsync(replicas, (i, at) => RunAsync(new DeleteCommand(), at, [Key(i)], cancel));
        await RunAsync(new ContainsCommand(), replicas[0], [Key(0)], cancel);

        transcript.Heading("PUT while a majority of acceptors is down: it waits, and goes on by itself");
        await ReviveAllAsync(cancel);
        foreach (int replica in replicas.Take((replicas.Count / 2) + 1))
        {
            await FailAsync(replica, cancel);
        }

        await RunAsync(new PutCommand(), replicas[^1], ["patience", "rewarded"], cancel);

        await ConcludeAsync(cancel);
    }

    private static string Key(int i) => $"colour-{i + 1}";

    private static async Task EachAsync(IReadOnlyList<int> replicas, Func<int, int, Task> act)
    {
        // At least five of each kind, and every replica in turn: the fifth one too.
        for (int i = 0; i < Math.Max(5, replicas.Count); i++)
        {
            await act(i, replicas[i % replicas.Count]);
        }
    }

    private async Task RunAsync(Verb verb, int replica, string[] args, CancellationToken cancel)
    {
        VerbResult result;
        try
        {
            result = await verb.RunAsync(context with { Connection = Pinned(replica) }, args, cancel);
        }
        catch (PaxosClientException e)
        {
            result = Failures.Result(verb.Name, e);
        }

        _failures += result.IsFailure ? 1 : 0;
        transcript.Operation($"{verb.Name} {string.Join(' ', args)}", $"{replica}", result);
    }

    private StoreConnection Pinned(int replica)
    {
        connection.Use(replica);
        return connection;
    }

    private async Task FailAsync(int replica, CancellationToken cancel)
    {
        try
        {
            await connection.Control.FailAcceptorAsync(replica, DownTime, cancel);
        }
        catch (FaultLabOffException e)
        {
            transcript.Say($"{e.Message} No acceptor fails now.");
        }
    }

    private async Task ReviveAllAsync(CancellationToken cancel)
    {
        try
        {
            await Task.WhenAll(connection.Replicas.Select(replica => connection.Control.ReviveAcceptorAsync(replica, cancel)));
        }
        catch (FaultLabOffException)
        {
            // Said already, and where nothing can fail, nothing is down.
            return;
        }
    }

    private async Task<int> LeaderAsync(CancellationToken cancel) => await LeaderWatch.WaitAsync(connection.Control, cancel);

    private async Task ConcludeAsync(CancellationToken cancel)
    {
        connection.Use(null);
        ReplicaStatus status = await connection.Control.StatusAsync(connection.Replicas[0], cancel);
        if (status.FaultLabOn)
        {
            await SeeRecoveryAsync(cancel);
        }

        DigestComparison seen = await DigestComparison.WaitForAgreementAsync(
            connection.Control, context.Timeout, context.Time, cancel);
        transcript.Quiet = true;
        transcript.Say($"\n{seen.Sentence} {(_failures == 0 ? "Every operation got its answer." : $"{Counted.Of(_failures, "operation")} got none.")}");
        if (seen.Verdict != DigestVerdict.Same || _failures > 0)
        {
            throw new ClusterException("The demo did not end as it must: see above.");
        }
    }

    private async Task SeeRecoveryAsync(CancellationToken cancel)
    {
        try
        {
            await transcript.FaultAndRecoverySeen.WaitAsync(FaultPatience, cancel);
        }
        catch (TimeoutException)
        {
            transcript.Say($"No replica reported a fault and a recovery within {FaultPatience.TotalSeconds} s.");
        }
    }
}
