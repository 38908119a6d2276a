using System.Globalization;
using System.Text.Json;

namespace PaxosWcf.Simulator;

/// <summary>One fault of a schedule: when, what, to whom, for how long.</summary>
/// <param name="Tick">When it begins.</param>
/// <param name="Kind">What is done.</param>
public sealed record Fault(int Tick, FaultKind Kind)
{
    /// <summary>Stands for whichever replica leads when the fault begins.</summary>
    public const int Leader = 0;

    /// <summary>Whom it befalls. For a ring or a bridge: all, in order.</summary>
    public IReadOnlyList<int> Replicas { get; init; } = [];

    /// <summary>The single links that are cut, as "1>2".</summary>
    public IReadOnlyList<string> Links { get; init; } = [];

    /// <summary>How long it lasts, in thousandths of a tick. When it is over all is as before: the process starts, the
    /// links are whole.</summary>
    public int For { get; init; }

    /// <summary>Writes and messages until the power goes; the time of a flush; percent of drift; whom leadership goes to; which of the keys that were written last; ticks that a cut lasts.</summary>
    public int Amount { get; init; }

    /// <summary>How the network behaves meanwhile.</summary>
    public NetworkOptions? Network { get; init; }

    /// <summary>How the clients' connections behave meanwhile.</summary>
    public ClientLinkOptions? Clients { get; init; }

    /// <inheritdoc/>
    public override string ToString()
    {
        var whom = string.Join(' ', Replicas.Select(number => number == Leader ? "the leader" : $"R{number}").Concat(Links));
        var amount = Amount == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {Amount}");
        return string.Create(
            CultureInfo.InvariantCulture, $"tick {Tick,4}: {Name(Kind)} {whom}{amount} for {For / 1000.0:0.0} ticks{Weather()}");
    }

    /// <summary>A kind's name in schedules.</summary>
    internal static string Name(FaultKind kind) => JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString());

    private string Weather() =>
        Network is { } network
            ? $" (lost {network.LossPercent} %, twice {network.DuplicatePercent} %, late {network.StragglePercent} %, up to {network.DelayMax})"
        : Clients is { } clients
            ? $" (refused {clients.RefusedPercent} %, requests lost {clients.RequestLostPercent} %, answers lost {clients.ReplyLostPercent} %)"
        : "";
}
