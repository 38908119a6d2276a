using System.Diagnostics;
using System.Globalization;
using PaxosWcf.History;

namespace PaxosWcf.Nemesis;

/// <summary>The recorded history of the run: one file for all clients, each line written whole.</summary>
internal sealed class HistoryFile(string path) : IDisposable
{
    private readonly HistoryWriter _writer = new(File.Create(path));
    private readonly Lock _lock = new();

    public string FilePath => path;

    /// <summary>Monotonic nanoseconds, one clock for all.</summary>
    public static long Now => (long)(Stopwatch.GetTimestamp() * (1e9 / Stopwatch.Frequency));

    public void Write(HistoryLine line)
    {
        lock (_lock)
        {
            _writer.Write(line);
        }
    }

    public void Fault(FaultStep step, bool starts)
    {
        foreach (int victim in step.Victims)
        {
            Write(new NemesisLine(
                step.Kind.ToString().ToLowerInvariant(), starts, victim.ToString(CultureInfo.InvariantCulture), Now));
        }
    }

    public void Dispose() => _writer.Dispose();
}
