using System.Text.Json;
using System.Text.Json.Serialization;
using PaxosWcf.Benchmarks.Load;

namespace PaxosWcf.Benchmarks.Results;

/// <summary>One measured cell, as it is printed and kept.</summary>
internal sealed record Measurement
{
    private static readonly JsonSerializerOptions Snake = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>Which system was measured.</summary>
    public required string System { get; init; }

    /// <summary>What was done, with the size of the values.</summary>
    public required string Op { get; init; }

    /// <summary>How many calls were under way at once.</summary>
    public required int Clients { get; init; }

    /// <summary>How long was measured.</summary>
    public required double Seconds { get; init; }

    /// <summary>Operations that were answered; of a batch every item is one.</summary>
    public required long Ops { get; init; }

    /// <summary>Calls that were not answered, or not as they must be.</summary>
    public required long Errors { get; init; }

    public required double OpsPerS { get; init; }

    /// <summary>Half of the calls took no longer, in milliseconds.</summary>
    [JsonPropertyName("p50_ms")]
    public required double P50Ms { get; init; }

    [JsonPropertyName("p95_ms")]
    public required double P95Ms { get; init; }

    [JsonPropertyName("p99_ms")]
    public required double P99Ms { get; init; }

    public required double MaxMs { get; init; }

    /// <summary>Why a call failed; not part of the kept line.</summary>
    [JsonIgnore]
    public string? FirstError { get; init; }

    public static Measurement Of(string system, LoadCell cell, LoadCounts counts) => new()
    {
        System = system,
        Op = cell.Operation,
        Clients = cell.Clients,
        Seconds = counts.Seconds,
        Ops = counts.Calls * LoadKinds.OpsPerCall(cell.Kind),
        Errors = counts.Errors,
        OpsPerS = Math.Round(counts.Calls * LoadKinds.OpsPerCall(cell.Kind) / counts.Seconds, 1),
        P50Ms = counts.Milliseconds(50),
        P95Ms = counts.Milliseconds(95),
        P99Ms = counts.Milliseconds(99),
        MaxMs = counts.Milliseconds(100),
        FirstError = counts.FirstError,
    };

    /// <summary>One line of JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Snake);

    /// <exception cref="JsonException">The line is not one that <see cref="ToJson"/> writes.</exception>
    public static Measurement FromJson(string line)
    {
        return JsonSerializer.Deserialize<Measurement>(line, Snake) ?? throw new JsonException("A measurement is an object, not null.");
    }
}
