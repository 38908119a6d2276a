namespace PaxosWcf.Simulator;

/// <summary>What happened, line by line: the last lines for people, a hash of all of them to compare runs by.</summary>
public sealed class Trace
{
    private const int LinesKept = 200;
    private const ulong FnvOffset = 14695981039346656037;
    private const ulong FnvPrime = 1099511628211;

    private readonly Queue<string> _lines = new(LinesKept);
    private ulong _hash = FnvOffset;

    /// <summary>Hears every line as it is written, if set.</summary>
    public Action<string>? Listener { get; set; }

    /// <summary>How many lines there were.</summary>
    public long Count { get; private set; }

    /// <summary>The last lines.</summary>
    public IReadOnlyCollection<string> Last => _lines;

    /// <summary>A hash of all lines: the same seed gives the same one (FNV-1a, 64 bits).</summary>
    public string Hash => _hash.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);

    internal void Write(long time, string line)
    {
        var text = $"{time / VirtualTime.Tick,6}.{time % VirtualTime.Tick:000} {line}";
        foreach (var character in text)
        {
            _hash = (_hash ^ character) * FnvPrime;
        }

        Count++;
        if (_lines.Count == LinesKept)
        {
            _lines.Dequeue();
        }

        _lines.Enqueue(text);
        Listener?.Invoke(text);
    }
}
