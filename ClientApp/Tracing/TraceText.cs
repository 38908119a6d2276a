using System.Globalization;
using System.Text.Json.Nodes;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

/// <summary>Shows the lines of a trace: as text, as JSON, and on a terminal as arrows between lanes.</summary>
/// <param name="lanes">The lanes; null: too many replicas for it.</param>
/// <param name="zone">Whose time of day is shown.</param>
internal sealed class TraceText(TraceLanes? lanes, TimeZoneInfo zone)
{
    private const string Grey = "grey";

    /// <summary>The names of the lanes, for a terminal; null: there are none.</summary>
    public string? Header => lanes is null ? null : $"{new string(' ', Time(DateTime.MinValue).Length)}  {lanes.Header}";

    /// <summary>A line.</summary>
    public VerbResult Show(TraceLine line) => line switch
    {
        TracedEvent traced => Show(traced.Replica, traced.Event),
        TraceRemark remark => new VerbResult(
            ExitCodes.Ok,
            new JsonObject { ["verb"] = "trace", ["ok"] = true, ["replica"] = remark.Replica, ["kind"] = "remark", ["gap"] = remark.IsGap, ["text"] = remark.Sentence },
            remark.Sentence)
        {
            Rich = new UnbrokenText(remark.Sentence, "yellow"),
        },
        _ => throw new System.Diagnostics.UnreachableException($"a line of kind {line.GetType().Name}"),
    };

    private VerbResult Show(int replica, TraceEvent traced)
    {
        var json = new JsonObject
        {
            ["verb"] = "trace",
            ["ok"] = true,
            ["replica"] = replica,
            ["number"] = traced.Number,
            ["at"] = traced.At.ToString("O", CultureInfo.InvariantCulture),
            ["kind"] = traced.Kind.ToString().ToLowerInvariant(),
        };
        if (traced.Kind == TraceEventKind.Sends)
        {
            json["to"] = traced.To;
            json["message"] = traced.Message;
        }

        json["text"] = traced.Text;
        if (traced.Lost is { } why)
        {
            json["lost"] = why;
        }

        string text = ValueText.Printable(traced.Lost is null ? traced.Text : $"{traced.Text} is lost: {traced.Lost}");
        string time = Time(TimeZoneInfo.ConvertTimeFromUtc(DateTime.SpecifyKind(traced.At, DateTimeKind.Utc), zone));
        string plain = $"{time} R{replica}{Verb(traced)} {text}";
        return new VerbResult(ExitCodes.Ok, json, plain)
        {
            Rich = lanes is null
                ? new UnbrokenText(plain, Colour(traced))
                : new UnbrokenText($"{time}  {lanes.Draw(replica, traced.To, traced.Kind == TraceEventKind.Applies ? '●' : '◆', traced.Lost is not null)}  {What(traced, replica)}{text}", Colour(traced)),
        };
    }

    private static string Verb(TraceEvent traced) => traced.Kind switch
    {
        TraceEventKind.Sends when traced.Lost is not null => $"✗R{traced.To}",
        TraceEventKind.Sends => $"→R{traced.To}",
        TraceEventKind.Applies => " applies",
        _ => ":",
    };

    private static string What(TraceEvent traced, int replica) => traced.Kind switch
    {
        TraceEventKind.Sends => "",
        TraceEventKind.Applies => $"R{replica} applies ",
        _ => $"R{replica}: ",
    };

    private static string? Colour(TraceEvent traced) => traced.Kind switch
    {
        TraceEventKind.Applies => Grey,
        TraceEventKind.Says => "magenta",
        _ when traced.Lost is not null => "red",
        _ => traced.Message switch
        {
            "Heartbeat" or "HeartbeatReply" => Grey,
            "Prepare" or "Promise" or "TakeOver" => "yellow",
            "Accept" or "Accepted" => "green",
            "Rejected" => "red",
            "Learn" or "CatchUp" or "CatchUpReply" => "blue",
            "Propose" or "ProposeReply" => "aqua",
            _ => null,
        },
    };

    private static string Time(DateTime time) => time.ToString("HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
}
