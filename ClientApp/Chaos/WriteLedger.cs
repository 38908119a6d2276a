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
    private readonly ConcurrentQueue<string> _lost = [];

    public IReadOnlyCollection<KeyValuePair<string, Expectation>> Keys => [.. _keys];

    public void Acknowledge(string key, string value) => _keys[key] = new Expectation(value, null);

    /// <summary>Notes a write without an answer. Its key must not be written again: a late effect would be no error.</summary>
    public void Doubt(string key, string value)
    {
        _keys.AddOrUpdate(key, _ => new Expectation(null, value), (_, known) => known with { Uncertain = value });
    }

    /// <summary>Notes that a key did not hold what must be there when it was to be written again. It is not looked at any more.</summary>
    /// <param name="key">The key.</param>
    /// <param name="expected">What must have been there; null: nothing.</param>
    /// <param name="found">What is there, in words.</param>
    public void Lose(string key, string? expected, string found)
    {
        _keys.TryRemove(key, out _);
        _lost.Enqueue($"LOST: {key} did not hold {Quoted(expected)} when it was to be written again, but {found}");
    }

    /// <summary>What was lost since this was asked last, a sentence each.</summary>
    public IReadOnlyList<string> TakeLost()
    {
        var lost = new List<string>();
        while (_lost.TryDequeue(out string? sentence))
        {
            lost.Add(sentence);
        }

        return lost;
    }

    /// <summary>A value, or its absence, in words.</summary>
    public static string Quoted(string? value) => value is null ? "nothing" : $"\"{value}\"";
}
