using System.CommandLine;

namespace PaxosWcf.ClientApp;

/// <summary>What a person is told about a command line that makes no sense.</summary>
internal static class UsageErrors
{
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

    private static string Ended(string message)
    {
        string line = string.Join(' ', message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
        return line.EndsWith('.') ? line : line + ".";
    }
}
