using System.Globalization;
using System.Text.RegularExpressions;

namespace PaxosWcf.Tests.Telemetry;

/// <summary>An answer in the text format of Prometheus.</summary>
internal sealed partial class PrometheusText
{
    private readonly Dictionary<string, double> _samples = new(StringComparer.Ordinal);

    public PrometheusText(string text)
    {
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (TypeLine().Match(line) is { Success: true } type)
            {
                Types.Add(type.Groups[1].Value, type.Groups[2].Value);
            }
            else if (!line.StartsWith('#'))
            {
                var sample = SampleLine().Match(line);
                Assert.IsTrue(sample.Success, line);
                _samples.Add($"{sample.Groups[1].Value}{{{InOrder(sample.Groups[2].Value)}}}", double.Parse(sample.Groups[3].Value, CultureInfo.InvariantCulture));
            }
        }
    }

    /// <summary>Each metric and what it is: gauge, counter, histogram.</summary>
    public Dictionary<string, string> Types { get; } = new(StringComparer.Ordinal);

    /// <summary>Each sample's name with its labels in the order of the alphabet, which the format leaves open.</summary>
    public IReadOnlyCollection<string> Names => _samples.Keys;

    /// <summary>The value of a sample.</summary>
    public double this[string name] => _samples.TryGetValue(name, out var value) ? value : throw new AssertFailedException($"no {name} among\n{string.Join('\n', Names)}");

    [GeneratedRegex("^# TYPE ([a-z_]+) ([a-z]+)$")]
    private static partial Regex TypeLine();

    private static string InOrder(string labels) => string.Join(',', labels.Split(',').Order(StringComparer.Ordinal));

    [GeneratedRegex("""^([a-z_]+)\{(.*)\} ([-+.0-9eEInf]+)$""")]
    private static partial Regex SampleLine();
}
