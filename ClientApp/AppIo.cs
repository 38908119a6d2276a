using System.Text;
using Spectre.Console;

namespace PaxosWcf.ClientApp;

/// <summary>Where the console reads and writes; tests put their own in.</summary>
internal sealed class AppIo
{
    public required TextReader In { get; init; }

    /// <summary>Standard input for raw bytes; for whoever reads nothing of <see cref="In"/>.</summary>
    public required Stream InBytes { get; init; }

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
        // No byte-order mark: output must hold what was asked for and nothing else.
        if (!Console.IsOutputRedirected)
        {
            Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        }

        Stream input = Console.OpenStandardInput();
        Stream bytes = Console.IsOutputRedirected ? new PipedOutput(Console.OpenStandardOutput()) : Console.OpenStandardOutput();
        return new AppIo
        {
            In = Console.IsInputRedirected ? ReaderOf(input) : Console.In,
            InBytes = input,
            Out = Console.IsOutputRedirected ? WriterTo(bytes) : Console.Out,
            Error = Console.Error,
            OutBytes = bytes,
            InIsTerminal = !Console.IsInputRedirected,
            OutIsTerminal = !Console.IsOutputRedirected,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            Terminal = AnsiConsole.Console,
        };
    }

    /// <summary>The text of a stream: without its byte-order mark, and bytes that are no UTF-8 are refused with DecoderFallbackException.</summary>
    public static TextReader ReaderOf(Stream stream) => TextReader.Synchronized(new StreamReader(stream, BackupFormat.Text));

    // What is written is out at once: whoever reads a pipe waits for each line, and bytes may come next.
    private static TextWriter WriterTo(Stream stream) => TextWriter.Synchronized(new StreamWriter(stream, BackupFormat.Text) { AutoFlush = true });
}
