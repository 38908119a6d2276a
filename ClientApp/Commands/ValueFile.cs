using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

/// <summary>A value that is in a file, byte for byte.</summary>
internal static class ValueFile
{
    /// <summary>Reads a value, and no more than one can have.</summary>
    /// <param name="context">Where standard input is.</param>
    /// <param name="path">The file; - is standard input.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="UsageException">It cannot be read, is too large, or is no text.</exception>
    /// <exception cref="InputNotReadException">It was interrupted before its end was read.</exception>
    public static async Task<byte[]> ReadAsync(VerbContext context, string path, CancellationToken cancel)
    {
        bool isInput = path == ScriptFile.StandardInput;
        if (isInput && context.Place != VerbPlace.CommandLine)
        {
            throw new UsageException($"Only on the command line is {path} standard input: a prompt, or a script, may be read from there. Name a file.");
        }

        string name = isInput ? "Standard input" : $"The file \"{path}\"";
        try
        {
            // Reading standard input, or a pipe that has a name, cannot be cancelled, only no longer waited for.
            byte[] value = await Task.Run(() => isInput ? Read(context.Io.InBytes) : Read(path), CancellationToken.None).WaitAsync(cancel);
            return Checked(value, name);
        }
        catch (OperationCanceledException e)
        {
            throw new InputNotReadException("Interrupted; nothing was written.", e);
        }
        catch (IOException e)
        {
            throw new UsageException($"{name} cannot be read: {e.Message}");
        }
    }

    /// <summary>Writes a value to a file that is not there yet.</summary>
    /// <exception cref="UsageException">It is there already, or cannot be written.</exception>
    public static Task WriteAsync(string path, byte[] value, CancellationToken cancel) =>
        WholeFile.WriteAsync(path, overwrite: false, stream => stream.WriteAsync(value, cancel).AsTask());

    private static byte[] Read(string path)
    {
        using FileStream stream = WholeFile.Read(path);
        return Read(stream);
    }

    // One byte more tells that it is too large, whatever else there is.
    private static byte[] Read(Stream stream)
    {
        byte[] bytes = new byte[StoreLimits.ValueBytesMax + 1];
        return bytes[..stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
    }

    private static byte[] Checked(byte[] value, string name)
    {
        if (value.Length > StoreLimits.ValueBytesMax)
        {
            throw new UsageException($"{name} has more than {StoreLimits.ValueBytesMax} bytes, the most that a value has; nothing was written.");
        }

        return Utf8.IsValid(value)
            ? value
            : throw new UsageException(string.Create(
                CultureInfo.InvariantCulture,
                $"{name} is no UTF-8 text: what begins at byte offset {TextBytes(value)} is none. Nothing was written; give a value of that kind through a client."));
    }

    private static int TextBytes(ReadOnlySpan<byte> bytes)
    {
        int at = 0;
        while (Rune.DecodeFromUtf8(bytes[at..], out _, out int length) == OperationStatus.Done)
        {
            at += length;
        }

        return at;
    }
}
