using System.Collections;

namespace PaxosWcf.ReplicaHost.Telemetry;

/// <summary>OpenTelemetry's own environment variables, by name; those that are set to nothing count as left out, as its specification has it.</summary>
internal sealed class OtelVariables
{
    private readonly Dictionary<string, string> _values;

    /// <summary>Takes these, whatever the environment has.</summary>
    public OtelVariables(IEnumerable<KeyValuePair<string, string>> values)
    {
        _values = values
            .Where(pair => pair.Key.StartsWith("OTEL_", StringComparison.Ordinal) && !string.IsNullOrWhiteSpace(pair.Value))
            .ToDictionary(pair => pair.Key, pair => pair.Value.Trim(), StringComparer.Ordinal);
    }

    /// <summary>None are set.</summary>
    public static OtelVariables None { get; } = new([]);

    /// <summary>Those of this process.</summary>
    public static OtelVariables OfThisProcess() =>
        new(Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(entry => KeyValuePair.Create((string)entry.Key, (string?)entry.Value ?? "")));

    /// <summary>All that are set.</summary>
    public IReadOnlyDictionary<string, string> All => _values;

    /// <summary>What a variable is set to; null: it is not.</summary>
    public string? this[string name] => _values.GetValueOrDefault(name);

    /// <summary>Whether <c>OTEL_SDK_DISABLED</c> says that there is to be no telemetry at all.</summary>
    public bool IsDisabled => string.Equals(this["OTEL_SDK_DISABLED"], "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>The same variables, with these in place of their namesakes.</summary>
    public OtelVariables With(IEnumerable<KeyValuePair<string, string>> others)
    {
        var values = new Dictionary<string, string>(_values, StringComparer.Ordinal);
        foreach (var (name, value) in others)
        {
            values[name] = value;
        }

        return new OtelVariables(values);
    }
}
