using System.Xml;

namespace PaxosWcf.Contracts.Configuration;

/// <summary>Gathers what is wrong with a file, so that a person repairs it in one go.</summary>
internal sealed class ErrorList
{
    /// <summary>More errors than this help nobody.</summary>
    public const int ErrorsMax = 10;

    private readonly List<ServersFileError> _errors = [];

    public bool Any => _errors.Count > 0;

    public void Add(int line, int column, string text) => _errors.Add(new ServersFileError(line, column, text));

    public void Add(IXmlLineInfo where, string text) => Add(where.LineNumber, where.LinePosition, text);

    public void ThrowIfAny(string file)
    {
        if (Any)
        {
            throw new ServersFileException(file, [.. _errors.OrderBy(e => e.Line).ThenBy(e => e.Column).Take(ErrorsMax)]);
        }
    }
}
