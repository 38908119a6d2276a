namespace PaxosWcf.Contracts.Configuration;

/// <summary>One thing wrong with servers.xml; line and column count from 1 and are 0 where there is none.</summary>
public sealed record ServersFileError(int Line, int Column, string Text);

/// <summary>servers.xml cannot be used. The message is for a person: a line <c>file(line,column): sentence</c> an error.</summary>
public sealed class ServersFileException : Exception
{
    internal ServersFileException(string file, IReadOnlyList<ServersFileError> errors, Exception? inner = null)
        : base(string.Join(Environment.NewLine, errors.Select(error => Line(file, error))), inner)
        => Errors = errors;

    /// <summary>What is wrong, in the order of the file; at most 10 errors.</summary>
    public IReadOnlyList<ServersFileError> Errors { get; }

    private static string Line(string file, ServersFileError error)
        => error.Line > 0 ? $"{file}({error.Line},{error.Column}): {error.Text}" : $"{file}: {error.Text}";
}
