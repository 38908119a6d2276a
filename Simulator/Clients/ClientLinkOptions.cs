namespace PaxosWcf.Simulator;

/// <summary>How calls between clients and replicas are treated; times are thousandths of a tick.</summary>
public sealed record ClientLinkOptions
{
    /// <summary>Carries every call there and back, soon.</summary>
    public static readonly ClientLinkOptions Calm = new();

    /// <summary>Calls whose connection is refused, in percent: not a byte of them left.</summary>
    public int RefusedPercent { get; init; }

    /// <summary>Calls whose connection is lost before the replica has the request, in percent.</summary>
    public int RequestLostPercent { get; init; }

    /// <summary>Calls whose connection is lost before the client has the answer, in percent.</summary>
    public int ReplyLostPercent { get; init; }

    /// <summary>Of the lost ones, those of which the client hears nothing at all, in percent.</summary>
    public int SilentPercent { get; init; }

    /// <summary>A request, and an answer, is under way for at most this long.</summary>
    public int DelayMax { get; init; } = 100;
}

/// <summary>What becomes of one call on its way there and back.</summary>
internal enum CallFate
{
    /// <summary>It gets there, and its answer back.</summary>
    Carried,

    /// <summary>The connection is refused.</summary>
    Refused,

    /// <summary>The request is lost.</summary>
    RequestLost,

    /// <summary>The answer is lost.</summary>
    ReplyLost,
}
