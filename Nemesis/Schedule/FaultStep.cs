namespace PaxosWcf.Nemesis;

/// <summary>A link of a replica to a peer that is cut, so that what it sends is lost.</summary>
internal readonly record struct LostWay(int From, int To);

/// <summary>One fault of the schedule.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Pause">How long nothing of its lane happens before it.</param>
/// <param name="Hold">How long it lasts before it is taken back.</param>
/// <param name="Victims">Whom it befalls.</param>
internal sealed record FaultStep(FaultKind Kind, TimeSpan Pause, TimeSpan Hold, IReadOnlyList<int> Victims)
{
    /// <summary>Ways of messages that are lost meanwhile.</summary>
    public IReadOnlyList<LostWay> Lost { get; init; } = [];

    /// <summary>How much slower the victims' links are.</summary>
    public TimeSpan Slower { get; init; }

    public override string ToString()
    {
        string lost = Lost.Count == 0 ? "" : ", lost " + string.Join(' ', Lost.Select(l => $"{l.From}>{l.To}"));
        string slower = Slower == TimeSpan.Zero ? "" : $", {Slower.TotalMilliseconds:0} ms slower";
        return $"{Kind.ToString().ToLowerInvariant()} {string.Join(',', Victims)} for {Hold.TotalSeconds:0.0} s{lost}{slower}";
    }
}
