using System.Globalization;

namespace PaxosWcf.ReplicaHost.Telemetry;

/// <summary>What is to be sent to a collector, by OpenTelemetry's own environment variables: metrics where an endpoint is named, traces only where somebody asked
/// for traces. What cannot be is left out with a sentence and does not keep a replica from serving.</summary>
/// <param name="Metrics">Where metrics go; null: nowhere.</param>
/// <param name="Traces">Where activities go; null: nowhere.</param>
/// <param name="Complaints">What is wrong with the variables, a sentence each.</param>
internal sealed record OtlpSettings(OtlpSignal? Metrics, OtlpSignal? Traces, IReadOnlyList<string> Complaints)
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string Sampler = "OTEL_TRACES_SAMPLER";
    private const string SamplerArgument = "OTEL_TRACES_SAMPLER_ARG";

    // A replica under load has some ten thousand activities a second: to send them all is a decision, not a default.
    private const string RatioByDefault = "0.01";

    private static readonly string[] Samplers =
        ["always_on", "always_off", "traceidratio", "parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio"];

    /// <summary>Whether anything is to be sent.</summary>
    public bool IsOn => Metrics is not null || Traces is not null;

    /// <summary>How activities are sampled, in the SDK's words.</summary>
    public string Sampling => Traces is not { Variables: var variables } ? ""
        : variables[Sampler]!.EndsWith("ratio", StringComparison.OrdinalIgnoreCase) ? $"{variables[Sampler]} {variables[SamplerArgument] ?? "1"}" : variables[Sampler]!;

    /// <summary>Reads the variables.</summary>
    public static OtlpSettings Read(OtelVariables variables)
    {
        var complaints = new List<string>();
        if (variables.IsDisabled)
        {
            return new OtlpSettings(null, null, complaints);
        }

        var metrics = Signal("METRICS", isOnByGeneralEndpoint: true, variables, complaints);
        var traces = Signal("TRACES", isOnByGeneralEndpoint: false, variables, complaints);
        return new OtlpSettings(metrics, traces is null ? null : Sampled(traces, complaints), complaints);
    }

    private static OtlpSignal? Signal(string kind, bool isOnByGeneralEndpoint, OtelVariables variables, List<string> complaints)
    {
        var (exporter, own) = ($"OTEL_{kind}_EXPORTER", $"OTEL_EXPORTER_OTLP_{kind}_ENDPOINT");
        var named = variables[own] is not null ? own : variables[Endpoint] is not null ? Endpoint : null;
        if (!(Asks(exporter, variables, complaints) ?? (named == own || (named is not null && isOnByGeneralEndpoint))))
        {
            return null;
        }

        if (named is null)
        {
            complaints.Add($"{exporter} is \"{variables[exporter]}\", and neither {own} nor {Endpoint} says where to: nothing of that is exported.");
            return null;
        }

        if (!Uri.TryCreate(variables[named], UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            complaints.Add($"{named} is \"{variables[named]}\"; it must be an address such as http://127.0.0.1:4317. Nothing is exported there.");
            return null;
        }

        return new OtlpSignal(address, named == own, variables.With(OfKind(kind, variables)));
    }

    // Null: the variable is not set.
    private static bool? Asks(string exporter, OtelVariables variables, List<string> complaints)
    {
        if (variables[exporter] is not { } names)
        {
            return null;
        }

        var asked = names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (asked.Except(["otlp", "none"], StringComparer.Ordinal).ToArray() is [_, ..] others)
        {
            complaints.Add($"{exporter} names {string.Join(", ", others)}; a replica exports by otlp, or none. For Prometheus there is {ReplicaOptions.Section}:{nameof(ReplicaOptions.MetricsAddress)}.");
        }

        return asked.Contains("otlp", StringComparer.Ordinal);
    }

    // The SDK's exporters, as they are added one by one, read the general names only.
    private static IEnumerable<KeyValuePair<string, string>> OfKind(string kind, OtelVariables variables)
    {
        const string General = "OTEL_EXPORTER_OTLP_";
        var prefix = $"{General}{kind}_";
        return variables.All
            .Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal) && pair.Key != $"{prefix}ENDPOINT")
            .Select(pair => KeyValuePair.Create(General + pair.Key[prefix.Length..], pair.Value));
    }

    private static OtlpSignal Sampled(OtlpSignal traces, List<string> complaints)
    {
        var variables = traces.Variables;
        if (variables[Sampler] is { } name && !Samplers.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            complaints.Add($"{Sampler} is \"{name}\"; it must be one of {string.Join(", ", Samplers)}. Activities are sampled as by default.");
            variables = variables.With([KeyValuePair.Create(Sampler, "")]);
        }

        if (variables[SamplerArgument] is { } ratio && !IsRatio(ratio))
        {
            complaints.Add($"{SamplerArgument} is \"{ratio}\"; it must be a number from 0 to 1. {RatioByDefault} is taken.");
            variables = variables.With([KeyValuePair.Create(SamplerArgument, RatioByDefault)]);
        }

        if (variables[Sampler] is null)
        {
            variables = variables.With(
            [
                KeyValuePair.Create(Sampler, "parentbased_traceidratio"),
                KeyValuePair.Create(SamplerArgument, variables[SamplerArgument] ?? RatioByDefault),
            ]);
        }

        return traces with { Variables = variables };
    }

    private static bool IsRatio(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var ratio) && ratio is >= 0 and <= 1;
}
