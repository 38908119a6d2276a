using System.Text;
using PaxosWcf.History;

namespace PaxosWcf.Tests.History;

/// <summary>Writes small histories the way a test tells them: each call with when it began and when it ended.</summary>
internal sealed class HistoryText
{
    private readonly List<HistoryLine> _lines = [];
    private int _process;

    public static HistoryText Of() => new();

    public HistoryText Put(long from, long until, string value, bool? found = null, long? slot = null)
    {
        return Call(from, until, OperationKind.Put, CallPhase.Ok, value: value, found: found, slot: slot);
    }

    public HistoryText Get(long from, long until, string? read, long? slot = null, string key = "k")
    {
        return Call(from, until, OperationKind.Get, CallPhase.Ok, read: read, found: read is not null, slot: slot, key: key);
    }

    public HistoryText Delete(long from, long until, bool? found = null, long? slot = null)
    {
        return Call(from, until, OperationKind.Delete, CallPhase.Ok, found: found, slot: slot);
    }

    public HistoryText Cas(long from, long until, string? expected, string? value, bool matched)
    {
        return Call(from, until, OperationKind.Cas, CallPhase.Ok, value: value, expected: expected, found: matched);
    }

    /// <summary>A call whose outcome is <paramref name="phase"/>; null: that has no completion line.</summary>
    public HistoryText Doubtful(
        long from, long until, OperationKind operation, string? value = null, string? expected = null,
        CallPhase? phase = CallPhase.Info)
    {
        return Call(from, until, operation, phase, value: value, expected: expected);
    }

    public HistoryText Call(
        long from, long until, OperationKind operation, CallPhase? phase, string? value = null, string? expected = null,
        string? read = null, bool? found = null, long? slot = null, string key = "k", int? process = null, string? node = null)
    {
        int by = process ?? _process++;
        _lines.Add(new CallLine(by, CallPhase.Invoke, operation, key, from) { Value = value, Expected = expected });
        if (phase is { } ending)
        {
            _lines.Add(new CallLine(by, ending, operation, key, until) { Value = read, Found = found, Slot = slot, Node = node });
        }

        return this;
    }

    public HistoryText Line(HistoryLine line)
    {
        _lines.Add(line);
        return this;
    }

    public string Text()
    {
        using var stream = new MemoryStream();
        using var writer = new HistoryWriter(stream);
        _lines.OrderBy(l => l.TimeNs).ToList().ForEach(writer.Write);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    public RecordedHistory Recorded() => Parse(Text());

    public Verification Verify(bool slots = false) => Verify(Recorded(), slots);

    public static RecordedHistory Parse(string text)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return RecordedHistory.Read(stream, "test");
    }

    public static Verification Verify(RecordedHistory history, bool slots = false)
    {
        return new HistoryVerifier(new VerifierOptions { Slots = slots }).Verify(history);
    }
}
