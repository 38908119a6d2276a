using System.Diagnostics;
using Spectre.Console;

namespace PaxosWcf.Benchmarks.Results;

/// <summary>Where a run shows what it does and has found: a bar and a framed table on a terminal, plain lines as they come
/// elsewhere, and JSON lines where they are asked for.</summary>
internal sealed class BenchmarkOutput : IDisposable
{
    /// <summary>Names standard output.</summary>
    public const string StandardOutput = "-";

    private static readonly TimeSpan BarStep = TimeSpan.FromMilliseconds(200);

    private readonly TextWriter _text;
    private readonly TextWriter? _json;
    private readonly bool _closeJson;
    private readonly IAnsiConsole? _terminal;
    private bool _headed;

    private BenchmarkOutput(TextWriter text, TextWriter? json, bool closeJson, IAnsiConsole? terminal)
    {
        (_text, _json, _closeJson, _terminal) = (text, json, closeJson, terminal);
    }

    /// <summary>The process's own output.</summary>
    /// <param name="json">File for JSON lines, which is made anew; "-": standard output, and then all else goes to standard
    /// error; null: none.</param>
    /// <exception cref="BenchmarkException">The file cannot be made.</exception>
    public static BenchmarkOutput Open(string? json)
    {
        if (json == StandardOutput)
        {
            return new BenchmarkOutput(Console.Error, Console.Out, closeJson: false, terminal: null);
        }

        IAnsiConsole? terminal = Console.IsOutputRedirected ? null : AnsiConsole.Console;
        try
        {
            return new BenchmarkOutput(Console.Out, json is null ? null : new StreamWriter(json), closeJson: true, terminal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BenchmarkException($"The file \"{json}\" cannot be written: {e.Message}", e);
        }
    }

    /// <summary>Plain text and JSON lines to these writers, which stay open.</summary>
    public static BenchmarkOutput To(TextWriter text, TextWriter json) => new(text, json, closeJson: false, terminal: null);

    public void Say(string line)
    {
        if (_terminal is { } terminal)
        {
            terminal.WriteLine(line);
        }
        else
        {
            _text.WriteLine(line);
        }
    }

    /// <summary>A result is there.</summary>
    public void Measured(Measurement one)
    {
        _json?.WriteLine(one.ToJson());
        _json?.Flush();
        if (_terminal is null)
        {
            if (!_headed)
            {
                _text.WriteLine(ResultTable.PlainHead);
                _headed = true;
            }

            _text.WriteLine(ResultTable.PlainLine(one));
        }

        if (one.Errors > 0)
        {
            Say($"  {one.Errors} calls failed; one of them: {one.FirstError}");
        }
    }

    /// <summary>All results are there. Lines in a pipe have told them already.</summary>
    public void Summary(IReadOnlyList<Measurement> measured)
    {
        _terminal?.Write(ResultTable.Of(measured).Framed());
        long errors = measured.Sum(m => m.Errors);
        if (errors > 0)
        {
            Say($"{errors} calls failed in this run: do not compare its figures with others.");
        }
    }

    public void Show(Grid grid)
    {
        if (_terminal is { } terminal)
        {
            terminal.Write(grid.Framed());
        }
        else
        {
            _text.WriteLine(grid.Plain());
        }
    }

    /// <summary>Shows how many steps of some work are done.</summary>
    public async Task WithBarAsync(string what, int steps, Func<Action<int>, Task> work)
    {
        long started = Stopwatch.GetTimestamp();
        if (_terminal is { } terminal)
        {
            await terminal.Progress().AutoClear(true).StartAsync(async bars =>
            {
                ProgressTask bar = bars.AddTask(Markup.Escape(what), maxValue: Math.Max(1, steps));
                await work(done => bar.Value = done);
            });
        }
        else
        {
            await work(_ => { });
        }

        Say($"{what}: {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
    }

    /// <summary>Shows how much is over of the time that some work is to take.</summary>
    public async Task<T> WhileAsync<T>(string what, TimeSpan time, Func<Task<T>> work)
    {
        if (_terminal is not { } terminal)
        {
            return await work();
        }

        return await terminal.Progress().AutoClear(true).StartAsync(async bars =>
        {
            ProgressTask bar = bars.AddTask(Markup.Escape(what), maxValue: time.TotalSeconds);
            long started = Stopwatch.GetTimestamp();
            Task<T> working = work();
            while (await Task.WhenAny(working, Task.Delay(BarStep)) != working)
            {
                bar.Value = Stopwatch.GetElapsedTime(started).TotalSeconds;
            }

            return await working;
        });
    }

    public void Dispose()
    {
        if (_closeJson)
        {
            _json?.Dispose();
        }
    }
}
