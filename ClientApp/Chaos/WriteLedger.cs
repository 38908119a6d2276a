using System.Collections.Concurrent;

namespace PaxosWcf.ClientApp;

/// <summary>What one key may hold.</summary>
/// <param name="Acknowledged">The last value whose write was acknowledged; null: none was.</param>
/// <param name="Uncertain">A later value whose write's outcome is not known; null: there is none.</param>
internal sealed record Expectation(string? Acknowledged, string? Uncertain)
{
    public bool Allows(string? found) => found == Acknowledged || (Uncertain is not null && found == Uncertain);
}

/// <summary>Every write of the run: what was acknowledged must be there, what was not may be.</summary>
internal sealed class WriteLedger
{
    private readonly ConcurrentDictionary<string, Expectation> _keys = new();

    public IReadOnlyCollection<KeyValuePair<string, Expectation>> Keys => [.. _keys];

    public void Acknowledge(string key, string value) => _keys[key] = new Expectation(value, null);

    /// <summary>Notes a write without an answer. Its key must not be written again: a late effect would be no error.</summary>
    public void Doubt(string key, string value)
    {
        _keys.AddOrUpdate(key, _ => new Expectation(null, value), (_, known) => known with { Uncertain = value });
    }
}
