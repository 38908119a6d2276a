using System.Text;
using System.Threading.Channels;

namespace PaxosWcf.ClientApp;

/// <summary>One page that listens: what it has not been sent yet.</summary>
internal sealed class TraceListener : IDisposable
{
    /// <summary>Most lines that wait for one page; the oldest go first, and the page is told how many.</summary>
    public const int LinesMax = 8192;

    private readonly Action<TraceListener> _leave;
    private readonly TraceText _text;
    private readonly Channel<string> _lines;
    private long _missed;

    public TraceListener(Action<TraceListener> leave, TraceText text)
    {
        (_leave, _text) = (leave, text);
        var options = new BoundedChannelOptions(LinesMax) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true };
        _lines = Channel.CreateBounded<string>(options, _ => Interlocked.Increment(ref _missed));
    }

    /// <summary>A line for it.</summary>
    public void Tell(string json) => _lines.Writer.TryWrite(json);

    /// <summary>All that waits, as server-sent events; when nothing does it waits for the next.</summary>
    public async Task<string> NextAsync(CancellationToken cancel)
    {
        await _lines.Reader.WaitToReadAsync(cancel);
        var events = new StringBuilder();
        if (Interlocked.Exchange(ref _missed, 0) is > 0 and var missed)
        {
            Append(events, _text.Show(TraceRemark.Missing(missed)).Json.ToJsonString());
        }

        for (int i = 0; i < LinesMax && _lines.Reader.TryRead(out string? json); i++)
        {
            Append(events, json);
        }

        return events.ToString();
    }

    public void Dispose() => _leave(this);

    private static void Append(StringBuilder events, string json) => events.Append("data: ").Append(json).Append("\n\n");
}
