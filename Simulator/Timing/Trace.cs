using System.Globalization;
using PaxosWcf.Consensus;

namespace PaxosWcf.Simulator;

/// <summary>One thing that happened. It is printed only when somebody looks.</summary>
/// <param name="Time">When.</param>
/// <param name="What">A message, or a sentence.</param>
/// <param name="Fate">What became of a message; empty when nothing special did.</param>
public readonly record struct TraceLine(long Time, object What, string Fate)
{
    /// <summary>Whether it is a message between replicas; those are most of a trace.</summary>
    public bool IsMessage => What is Envelope;

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Time / VirtualTime.Tick,6}.{Time % VirtualTime.Tick:000} {What}{Fate}");
}

/// <summary>What happened, line by line: the last lines for people, a hash of all of them to compare runs by.</summary>
public sealed class Trace
{
    private const int LinesKept = 200;

    private readonly TraceLine[] _lines = new TraceLine[LinesKept];
    private readonly TraceHash _hash = new();

    /// <summary>Hears every line as it is written, if set.</summary>
    public Action<TraceLine>? Listener { get; set; }

    /// <summary>How many lines there were.</summary>
    public long Count { get; private set; }

    /// <summary>The last lines.</summary>
    public IEnumerable<TraceLine> Last
    {
        get
        {
            for (var line = Math.Max(0, Count - LinesKept); line < Count; line++)
            {
                yield return _lines[line % LinesKept];
            }
        }
    }

    /// <summary>A hash of all that happened: the same seed gives the same one.</summary>
    public string Hash => _hash.ToString();

    internal void Write(long time, string what)
    {
        _hash.Add(time);
        _hash.Add(what);
        Keep(new TraceLine(time, what, ""));
    }

    internal void Write(long time, Envelope message, string fate = "")
    {
        _hash.Add(time);
        _hash.Add(message);
        _hash.Add(fate);
        Keep(new TraceLine(time, message, fate));
    }

    private void Keep(TraceLine line)
    {
        _lines[Count++ % LinesKept] = line;
        Listener?.Invoke(line);
    }
}
