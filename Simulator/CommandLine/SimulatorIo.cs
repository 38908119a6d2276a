using Spectre.Console;

namespace PaxosWcf.Simulator;

/// <summary>Where the console writes; tests put their own in.</summary>
internal sealed class SimulatorIo
{
    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>Where bars are drawn; null: nowhere, for nobody looks.</summary>
    public IAnsiConsole? Terminal { get; init; }

    public static SimulatorIo Standard() => new()
    {
        Out = Console.Out,
        Error = Console.Error,
        Terminal = Console.IsOutputRedirected ? null : AnsiConsole.Console,
    };
}
