using System.CommandLine;
using PaxosWcf.Benchmarks.Load;

namespace PaxosWcf.Benchmarks.CommandLine;

/// <summary>The options that say what is measured, and for how long.</summary>
internal sealed class LoadOptions
{
    private const int KeysMax = 100_000_000;
    private const int SecondsMax = 3600;

    private readonly Option<IReadOnlyList<LoadKind>> _ops;
    private readonly Option<IReadOnlyList<int>> _clients;
    private readonly Option<IReadOnlyList<int>> _values;
    private readonly Option<double> _seconds = new("--seconds") { Description = "how long each cell is measured", DefaultValueFactory = _ => 5 };
    private readonly Option<double> _warmUp = new("--warm-up") { Description = "how many seconds of load go before it", DefaultValueFactory = _ => 2 };
    private readonly Option<int> _repetitions = new("--repetitions") { Description = "how often each cell is measured", DefaultValueFactory = _ => 1 };
    private readonly Option<int> _keys = new("--keys") { Description = "how many keys of each value size", DefaultValueFactory = _ => 100_000 };

    /// <summary>Options with defaults.</summary>
    /// <param name="ops">The operations measured by default, as they are named on the command line.</param>
    /// <param name="values">The sizes of values measured by default.</param>
    public LoadOptions(string ops, string values)
    {
        _ops = ListOption.Of<LoadKind>("--ops", "OPS", $"what is done: {string.Join(',', LoadKinds.All)}", ops, LoadKinds.Find);
        _clients = ListOption.Of("--clients", "NUMBERS", "how many calls are under way at once", "1,16,64,256", t => Number(t, 1, 4096));
        _values = ListOption.Of("--values", "SIZES", "sizes of values, such as 100,16KiB", values, SizeOf);
        _seconds.Validators.Add(r => Require(r, r.GetValueOrDefault<double>() is > 0 and <= SecondsMax, $"--seconds must be above 0 and at most {SecondsMax}."));
        _warmUp.Validators.Add(r => Require(r, r.GetValueOrDefault<double>() is >= 0 and <= SecondsMax, $"--warm-up must be 0..{SecondsMax}."));
        _repetitions.Validators.Add(r => Require(r, r.GetValueOrDefault<int>() is >= 1 and <= 1000, "--repetitions must be 1..1000."));
        _keys.Validators.Add(r => Require(r, r.GetValueOrDefault<int>() is >= LoadKinds.BatchItems and <= KeysMax, $"--keys must be {LoadKinds.BatchItems}..{KeysMax}."));
    }

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _ops, _clients, _values, _seconds, _warmUp, _repetitions, _keys })
        {
            command.Options.Add(option);
        }
    }

    public LoadPlan Read(ParseResult parsed) => new()
    {
        Kinds = parsed.GetRequiredValue(_ops),
        Clients = parsed.GetRequiredValue(_clients),
        ValueSizes = parsed.GetRequiredValue(_values),
        Times = new LoadTimes(TimeSpan.FromSeconds(parsed.GetValue(_warmUp)), TimeSpan.FromSeconds(parsed.GetValue(_seconds))),
        Repetitions = parsed.GetValue(_repetitions),
        Keys = parsed.GetValue(_keys),
    };

    private static int? SizeOf(string text)
    {
        return text switch
        {
            _ when text.EndsWith("KiB", StringComparison.Ordinal) => Number(text[..^3], 1, 1024) << 10,
            _ when text.EndsWith('B') => Number(text[..^1], 0, 1 << 20),
            _ => Number(text, 0, 1 << 20),
        };
    }

    private static int? Number(string text, int min, int max)
    {
        return int.TryParse(text, System.Globalization.NumberStyles.None, null, out int number) && number >= min && number <= max
            ? number
            : null;
    }

    private static void Require(System.CommandLine.Parsing.OptionResult result, bool holds, string otherwise)
    {
        if (!holds)
        {
            result.AddError(otherwise);
        }
    }
}
