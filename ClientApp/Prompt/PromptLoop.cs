namespace PaxosWcf.ClientApp;

/// <summary>The interactive prompt: a line, its answer, the next line.</summary>
internal sealed class PromptLoop(Session session, StoreConnection connection, ILineSource lines)
{
    private readonly Printer _printer = session.Printer;

    /// <returns>0; where lines come from a pipe, 1 when one failed, and that of an interrupt when one ended it.</returns>
    public static Task<int> RunAsync(Session session, StoreConnection connection)
    {
        bool edited = EditedLineSource.IsPossible(session.Io);
        if (edited)
        {
            session.Printer.Say("Type help for the verbs, exit to leave.");
        }

        ILineSource lines = edited
            ? new EditedLineSource(session.Io.Terminal, session.Interrupts, new VerbCompletion())
            : new PlainLineSource(session.Io.In);
        return new PromptLoop(session, connection, lines).LoopAsync();
    }

    public async Task<int> LoopAsync()
    {
        bool failed = false;
        while (await ReadAsync() is { } line)
        {
            try
            {
                IReadOnlyList<string> words = VerbLine.Split(line);
                if (words is ["exit" or "quit"])
                {
                    break;
                }

                failed |= words.Count > 0 && !await AnswerAsync(words);
            }
            catch (Exception e) when (e is not (ReaderGoneException or OutputException))
            {
                failed = true;
                _printer.PrintLine(Failures.Result("prompt", e));
            }
        }

        // A person has seen what failed; a program that pipes lines in sees only the exit code.
        return session.Io.InIsTerminal ? ExitCodes.Ok
            : session.Interrupts.Leaving.IsCancellationRequested ? ExitCodes.Interrupted
            : failed ? ExitCodes.NotFoundOrFailed
            : ExitCodes.Ok;
    }

    private async Task<string?> ReadAsync()
    {
        try
        {
            session.Interrupts.Leaving.ThrowIfCancellationRequested();
            return await lines.ReadAsync(PromptText(), session.Interrupts.Leaving);
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C at an empty prompt is one of the ways to leave.
            return null;
        }
    }

    private string PromptText() => connection.Pinned is { } replica ? $"paxos {connection.NameOf(replica)}>" : "paxos>";

    private async Task<bool> AnswerAsync(IReadOnlyList<string> words)
    {
        switch (words[0].ToUpperInvariant())
        {
            case "HELP" or "?":
                _printer.Say(words is [_, var name, ..] ? PromptHelp.Text(name) : PromptHelp.Text());
                return true;
            case "USE":
                await UseAsync([.. words.Skip(1)]);
                return true;
            default:
                return await RunAsync(words);
        }
    }

    private async Task UseAsync(IReadOnlyList<string> args)
    {
        int? replica = args switch
        {
            ["any"] => null,
            [var id] => await session.Interrupts.GuardAsync(cancel => session.Verbs(connection).ReplicaIdAsync(id, cancel)),
            _ => throw new UsageException("use wants a replica or any: use N, use any."),
        };
        connection.Use(replica);
        _printer.Say(replica is { } only ? $"asking {connection.NameOf(only)} only" : "asking any replica");
    }

    private async Task<bool> RunAsync(IReadOnlyList<string> words)
    {
        Verb verb = AllVerbs.FindAtPrompt(words[0]);
        string[] args = [.. words.Skip(1)];
        VerbResult result = await AttemptAsync(verb, args);
        _printer.PrintLine(result);
        return !result.IsFailure;
    }

    private async Task<VerbResult> AttemptAsync(Verb verb, IReadOnlyList<string> args)
    {
        try
        {
            verb.Check(args);
            return await session.Interrupts.GuardAsync(cancel => verb.RunAsync(session.Verbs(connection) with { Place = VerbPlace.Prompt }, args, cancel));
        }
        catch (Exception e) when (e is not (ReaderGoneException or OutputException))
        {
            return Failures.Result(verb, args, e);
        }
    }
}
