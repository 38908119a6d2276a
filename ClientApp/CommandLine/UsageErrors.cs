using System.CommandLine;

namespace PaxosWcf.ClientApp;

/// <summary>What a person is told about a command line that makes no sense.</summary>
internal static class UsageErrors
{
    private const string Options = "--";

    public static string Sentence(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        if (command is RootCommand && parsed.UnmatchedTokens.FirstOrDefault(t => !t.StartsWith('-')) is { } unknown)
        {
            return AllVerbs.Unknown(unknown, command.Subcommands.Select(c => c.Name));
        }

        string problems = string.Join(' ', parsed.Errors.Select(e => Ended(e.Message)).Distinct());
        return $"{problems} Try {(command is RootCommand ? "" : command.Name + " ")}--help.";
    }

    /// <summary>What is said of a key that looks like an option, misspelt perhaps; null: there is none. Behind -- it is a key.</summary>
    public static string? OptionForAKey(ParseResult parsed, IReadOnlyList<string> args)
    {
        Command command = parsed.CommandResult.Command;
        HashSet<string> mayBeOptions = [.. args.TakeWhile(arg => arg != Options).Where(arg => arg.StartsWith(Options, StringComparison.Ordinal))];
        Argument? named = command.Arguments.FirstOrDefault(argument => argument.Name is VerbArgument.Key or VerbArgument.Lock);
        string? taken = named is null ? null : parsed.GetResult(named)?.Tokens.Select(token => token.Value).FirstOrDefault(mayBeOptions.Contains);
        string what = named?.Name == VerbArgument.Lock ? "name" : "key";
        return taken is null ? null
            : $"{command.Name} has no option {ValueText.Printable(taken)}; a {what} that begins so goes behind {Options}: {command.Name} {Options} {ValueText.Printable(taken)} …";
    }

    private static string Ended(string message)
    {
        string line = string.Join(' ', message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        return line.EndsWith('.') ? line : line + ".";
    }
}
