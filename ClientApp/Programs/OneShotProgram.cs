using System.CommandLine;
using System.CommandLine.Parsing;

namespace PaxosWcf.ClientApp;

/// <summary>A verb as a command of its own: <c>put KEY VALUE</c>.</summary>
internal static class OneShotProgram
{
    public static Command Command(Verb verb, ProgramActions actions)
    {
        var command = new Command(verb.Name, verb.Help);
        foreach (VerbArgument argument in verb.Arguments)
        {
            command.Arguments.Add(new Argument<string>(argument.Name)
            {
                Description = argument.Help,
                Arity = argument.Optional ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
            });
        }

        Argument<string[]>? program = verb.Command is { } behind
            ? new Argument<string[]>(behind.Name) { Description = $"behind {Verb.BeforeCommand}: {behind.Help}", Arity = ArgumentArity.ZeroOrMore }
            : null;
        if (program is not null)
        {
            command.Arguments.Add(program);
        }

        foreach (VerbOption option in verb.Options)
        {
            command.Options.Add(option.Value is null
                // A key may be called true.
                ? new Option<bool>(option.Name) { Description = option.Help, Arity = ArgumentArity.Zero }
                : new Option<string?>(option.Name)
                {
                    Description = option.Help,
                    HelpName = option.Value,
                    Arity = option.ValueOptional ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
                });
        }

        actions.SetStoreAction(command, async (parsed, session, connection, cancel) =>
        {
            List<string> words = [.. verb.Arguments.Select(a => parsed.GetValue<string?>(a.Name)).OfType<string>()];
            RefuseOptionsAsText(verb, words);
            words.AddRange(verb.Options.SelectMany(o => Given(o, parsed)));
            words.AddRange(program is null ? [] : Program(verb, parsed, program));
            try
            {
                VerbResult result = await verb.RunAsync(session.Verbs(connection), words, cancel);
                session.Printer.Print(result);
                return result.ExitCode;
            }
            catch (ReaderGoneException)
            {
                // It has done what it was asked for: whoever read has seen enough.
                return ExitCodes.Ok;
            }
            catch (Exception e) when (e is not OutputException)
            {
                VerbResult failure = Failures.Result(verb, words, e);
                session.Printer.PrintLine(failure);
                return failure.ExitCode;
            }
        });
        return command;
    }

    // Behind -- an option's name is text, and the verb, which gets words as they are typed at the prompt, would take it for the option.
    private static void RefuseOptionsAsText(Verb verb, List<string> words)
    {
        if (!verb.TellsOptionsByPlace && words.Skip(verb.Arguments.Count(argument => !argument.Optional)).FirstOrDefault(word => verb.Options.Any(option => option.Name == word)) is { } name)
        {
            throw new UsageException($"{name} is an option of {verb.Name}, and cannot be a value here; give a value of that kind through a client.");
        }
    }

    // Among its arguments, options that we have too would be taken for ours if nothing said where it begins.
    private static string[] Program(Verb verb, ParseResult parsed, Argument<string[]> program)
    {
        string[] given = parsed.GetValue(program) ?? [];
        int behind = parsed.Tokens.SkipWhile(token => token.Type != TokenType.DoubleDash).Skip(1).Count();
        return given.Length > behind
            ? throw new UsageException($"\"{ValueText.Printable(given[0])}\" is no option of {verb.Name}; what it is to run goes behind {Verb.BeforeCommand}: {verb.Usage}.")
            : given.Length == 0 ? [] : [Verb.BeforeCommand, .. given];
    }

    // As it would be typed at the prompt.
    private static IEnumerable<string> Given(VerbOption option, ParseResult parsed) => option.Value is null
        ? parsed.GetValue<bool>(option.Name) ? [option.Name] : []
        : parsed.GetValue<string?>(option.Name) is { } value ? [option.Name, value]
        : option.ValueOptional && parsed.GetResult(option.Name) is not null ? [option.Name] : [];
}
