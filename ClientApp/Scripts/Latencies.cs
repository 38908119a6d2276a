using System.Text.Json.Nodes;

namespace PaxosWcf.ClientApp;

/// <summary>How long operations took.</summary>
internal sealed class Latencies
{
    private readonly List<double> _milliseconds = [];

    public void Add(TimeSpan time) => _milliseconds.Add(time.TotalMilliseconds);

    /// <summary>The time that this share of the operations kept within, by nearest rank; 0 when there were none.</summary>
    public double Percentile(double share)
    {
        _milliseconds.Sort();
        int rank = Math.Max(1, (int)Math.Ceiling(share * _milliseconds.Count));
        return _milliseconds.Count == 0 ? 0 : Math.Round(_milliseconds[rank - 1], 1);
    }

    public JsonObject Json()
    {
        return new JsonObject
        {
            ["p50"] = Percentile(0.5),
            ["p95"] = Percentile(0.95),
            ["p99"] = Percentile(0.99),
            ["max"] = Percentile(1),
        };
    }

    public override string ToString() => FormattableString.Invariant(
        $"p50 {Percentile(0.5)} ms, p95 {Percentile(0.95)} ms, p99 {Percentile(0.99)} ms, max {Percentile(1)} ms");
}
