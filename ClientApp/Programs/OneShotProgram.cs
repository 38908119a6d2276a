using System.CommandLine;

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

        foreach (VerbOption option in verb.Options)
        {
            command.Options.Add(option.Value is null
                ? new Option<bool>(option.Name) { Description = option.Help }
                : new Option<string?>(option.Name) { Description = option.Help, HelpName = option.Value });
        }

        actions.SetStoreAction(command, async (parsed, session, connection, cancel) =>
        {
            List<string> words = [.. verb.Arguments.Select(a => parsed.GetValue<string?>(a.Name)).OfType<string>(), .. verb.Options.SelectMany(o => Given(o, parsed))];
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
        });
        return command;
    }

    // As it would be typed at the prompt.
    private static IEnumerable<string> Given(VerbOption option, ParseResult parsed) => option.Value is null
        ? parsed.GetValue<bool>(option.Name) ? [option.Name] : []
        : parsed.GetValue<string?>(option.Name) is { } value ? [option.Name, value] : [];
}
