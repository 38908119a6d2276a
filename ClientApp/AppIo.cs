using System.Text;
using Spectre.Console;

namespace PaxosWcf.ClientApp;

/// <summary>Where the console reads and writes; tests put their own in.</summary>
internal sealed class AppIo
{
    public required TextReader In { get; init; }

    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>Standard output for raw bytes; flush <see cref="Out"/> before using it.</summary>
    public required Stream OutBytes { get; init; }

    public bool InIsTerminal { get; init; }

    public bool OutIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    /// <summary>Colours, tables and progress; used only when <see cref="OutIsTerminal"/>.</summary>
    public required IAnsiConsole Terminal { get; init; }

    public static AppIo Standard()
    {
        // No byte-order mark: piped output must hold what was asked for and nothing else.
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        if (!Console.IsOutputRedirected)
        {
            Console.OutputEncoding = utf8;
        }

        return new AppIo
        {
            In = Console.In,
            Out = Console.Out,
            Error = Console.Error,
            OutBytes = Console.OpenStandardOutput(),
            InIsTerminal = !Console.IsInputRedirected,
            OutIsTerminal = !Console.IsOutputRedirected,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            Terminal = AnsiConsole.Console,
        };
    }
}
