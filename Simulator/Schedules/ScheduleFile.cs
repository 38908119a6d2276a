using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace PaxosWcf.Simulator;

/// <summary>Writes a run's plan as JSON, and reads it: seed, steps, cluster, clients and faults, one fault a line. All times
/// but <c>tick</c> and what ends in <c>Ticks</c> are thousandths of a tick. docs/testing.md describes it.</summary>
public static class ScheduleFile
{
    /// <summary>Name and version of the format.</summary>
    public const string Format = "paxoswcf-simulation/1";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter<FaultKind>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOutWhatAFaultLacks } },
    };

    /// <summary>The text of a plan.</summary>
    public static string Write(RunPlan plan)
    {
        var faults = plan.Faults ?? [];
        var text = new StringBuilder()
            .AppendLine(CultureInfo.InvariantCulture, $"{{")
            .AppendLine(CultureInfo.InvariantCulture, $"  \"format\": \"{Format}\",")
            .AppendLine(CultureInfo.InvariantCulture, $"  \"seed\": {plan.Seed},")
            .AppendLine(CultureInfo.InvariantCulture, $"  \"steps\": {plan.Steps},")
            .AppendLine(CultureInfo.InvariantCulture, $"  \"cluster\": {JsonSerializer.Serialize(plan.Cluster, Json)},")
            .AppendLine(CultureInfo.InvariantCulture, $"  \"clients\": {JsonSerializer.Serialize(plan.Clients, Json)},")
            .Append("  \"faults\": [");
        text.AppendJoin(",", faults.Select(fault => $"\n    {JsonSerializer.Serialize(fault, Json)}"));
        return text.AppendLine(faults.Count == 0 ? "]" : "\n  ]").AppendLine("}").ToString();
    }

    /// <summary>Writes a plan to a file.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Save(RunPlan plan, string path) => File.WriteAllText(path, Write(plan));

    /// <summary>Reads a plan from a file.</summary>
    /// <exception cref="ScheduleFormatException">It cannot be read, or is not as the format has it.</exception>
    public static RunPlan Load(string path)
    {
        try
        {
            return Read(File.ReadAllText(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ScheduleFormatException($"The schedule {path} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Reads a plan from text.</summary>
    /// <exception cref="ScheduleFormatException">It is not as the format has it.</exception>
    public static RunPlan Read(string text)
    {
        try
        {
            var content = JsonSerializer.Deserialize<Content>(text, Json);
            if (content?.Format != Format)
            {
                throw new ScheduleFormatException($"This is not a schedule of format \"{Format}\".");
            }

            var plan = new RunPlan(content.Seed, content.Steps)
            {
                Cluster = content.Cluster,
                Clients = content.Clients,
                Faults = content.Faults,
            };
            ScheduleRules.Check(plan);
            return plan;
        }
        catch (JsonException error)
        {
            throw new ScheduleFormatException($"The schedule is not as its format has it: {error.Message}", error);
        }
    }

    private static void LeaveOutWhatAFaultLacks(JsonTypeInfo type)
    {
        foreach (var property in type.Type == typeof(Fault) ? type.Properties : [])
        {
            property.ShouldSerialize = (_, value) => value is not (null or 0 or ICollection { Count: 0 });
        }
    }

    private sealed record Content(
        string Format, int Seed, long Steps, ClusterOptions Cluster, ClientPlan Clients, IReadOnlyList<Fault> Faults);
}
