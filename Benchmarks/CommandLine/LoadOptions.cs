using System.CommandLine;
using System.Globalization;
using System.Numerics;
using PaxosWcf.Benchmarks.Load;
using PaxosWcf.CommandLine;

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
    private readonly Option<double> _settle = Settle();
    private readonly Option<int> _repetitions = new("--repetitions") { Description = "how often each cell is measured", DefaultValueFactory = _ => 1 };
    private readonly Option<int> _keys = new("--keys") { Description = "how many keys of each value size", DefaultValueFactory = _ => 100_000 };

    /// <summary>Options with defaults.</summary>
    /// <param name="ops">The operations measured by default, as they are named on the command line.</param>
    /// <param name="values">The sizes of values measured by default.</param>
    public LoadOptions(string ops, string values)
    {
        _ops = ListOption.Of<LoadKind>("--ops", "OPS", $"what is done: {string.Join(',', LoadKinds.All)}", ops, LoadKinds.Find);
        _clients = ListOption.Of("--clients", "NUMBERS", "how many calls are under way at once", "1,16,64,256", NumberTo(4096));
        _values = ListOption.Of("--values", "SIZES", "sizes of values, such as 100,16KiB", values, SizeOf);
        Bound(_seconds, 0.01, SecondsMax);
        Bound(_warmUp, 0, SecondsMax);
        Bound(_repetitions, 1, 1000);
        Bound(_keys, LoadKinds.BatchItems, KeysMax);
    }

    /// <summary>How long load goes before everything that is measured.</summary>
    public static Option<double> Settle()
    {
        var settle = new Option<double>("--settle")
        {
            Description = "how many seconds of every kind of load each system gets before anything is measured",
            DefaultValueFactory = _ => 60,
        };
        Bound(settle, 0, SecondsMax);
        return settle;
    }

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _ops, _clients, _values, _seconds, _warmUp, _settle, _repetitions, _keys })
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
        Settle = TimeSpan.FromSeconds(parsed.GetValue(_settle)),
        Repetitions = parsed.GetValue(_repetitions),
        Keys = parsed.GetValue(_keys),
    };

    /// <summary>Refuses numbers outside of a range, its ends included.</summary>
    public static void Bound<T>(Option<T> option, T min, T max)
        where T : struct, INumber<T>
    {
        OptionRules.RequireNumber(
            option, given => given >= min && given <= max, string.Create(CultureInfo.InvariantCulture, $"{option.Name} must be {min}..{max}."));
    }

    /// <summary>Reads numbers from one to a limit.</summary>
    public static Func<string, int?> NumberTo(int max) => text => Number(text, 1, max);

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
        return int.TryParse(text, NumberStyles.None, null, out int number) && number >= min && number <= max
            ? number
            : null;
    }
}
