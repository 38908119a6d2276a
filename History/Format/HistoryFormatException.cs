namespace PaxosWcf.History;

/// <summary>A history is not as the format wants it; the message names the file, the line and what is wrong.</summary>
public sealed class HistoryFormatException(string place, string problem) : Exception($"{place}: {problem}")
{
    /// <summary>"file:line".</summary>
    public string Place { get; } = place;
}
