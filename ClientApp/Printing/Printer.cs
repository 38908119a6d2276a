using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PaxosWcf.ClientApp;

/// <summary>The one place where results are shown: JSON when asked for, tables and colours on a terminal, and nothing but
/// the answer itself in a pipe.</summary>
internal sealed class Printer(AppIo io, bool json)
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public bool Json => json;

    /// <summary>Whether bars and spinners may be drawn.</summary>
    public bool Lively => io.OutIsTerminal && !json;

    /// <summary>The result of a one-shot verb.</summary>
    public void Print(VerbResult result)
    {
        if (!json && !io.OutIsTerminal && result is { Raw: { } raw, IsFailure: false })
        {
            Write(() =>
            {
                io.Out.Flush();
                io.OutBytes.Write(raw);
                io.OutBytes.Flush();
            });
            if (result.ExitCode != ExitCodes.Ok)
            {
                PrintError(result.Plain);
            }

            return;
        }

        PrintLine(result);
    }

    /// <summary>One result of several: always ends with a line end.</summary>
    public void PrintLine(VerbResult result)
    {
        if (json)
        {
            PrintJson(result.Json);
        }
        else if (result.IsFailure)
        {
            if (result.Seen is { } seen)
            {
                Say(seen);
            }

            PrintError(result.Plain);
        }
        else if (io.OutIsTerminal)
        {
            Write(() => io.Terminal.Write(result.Rich ?? new UnbrokenText(result.Plain)));
        }
        else
        {
            Write(() => io.Out.WriteLine(result.Plain));
        }
    }

    public void PrintJson(JsonObject one) => Write(() => io.Out.WriteLine(one.ToJsonString(Readable)));

    /// <summary>A line of text for a person; JSON readers are spared it.</summary>
    public void Say(string text, string? colour = null)
    {
        if (json)
        {
            return;
        }

        if (io.OutIsTerminal)
        {
            Write(() => io.Terminal.Write(new UnbrokenText(text, colour)));
        }
        else
        {
            Write(() => io.Out.WriteLine(text));
        }
    }

    /// <summary>A sentence about what went wrong, on standard error.</summary>
    public void PrintError(string sentence)
    {
        if (io.OutIsTerminal && io.ErrorIsTerminal)
        {
            // The same screen: only this way does it not tear a progress bar apart.
            Write(() => io.Terminal.Write(new UnbrokenText(sentence)));
        }
        else
        {
            Write(() => io.Error.WriteLine(sentence));
        }
    }

    private static void Write(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (OutputException.IsOf(e))
        {
            throw new OutputException(e);
        }
    }
}
