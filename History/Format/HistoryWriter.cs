using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace PaxosWcf.History;

/// <summary>Writes a history line by line; the caller says what happened and when. Not thread-safe.</summary>
public sealed class HistoryWriter(Stream stream) : IDisposable
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly Utf8JsonWriter _json = new(Stream.Null, Relaxed);

    /// <summary>Hands one whole line to the stream.</summary>
    public void Write(HistoryLine line)
    {
        _line.ResetWrittenCount();
        _json.Reset(_line);
        _json.WriteStartObject();
        WriteFields(line);
        _json.WriteNumber(LineFields.Time, line.TimeNs);
        _json.WriteEndObject();
        _json.Flush();
        _line.Write("\n"u8);
        stream.Write(_line.WrittenSpan);
    }

    /// <summary>Hands everything to the operating system.</summary>
    public void Flush() => stream.Flush();

    /// <summary>Disposes the stream.</summary>
    public void Dispose()
    {
        _json.Dispose();
        stream.Dispose();
    }

    private void WriteFields(HistoryLine line)
    {
        switch (line)
        {
            case CallLine call:
                WriteCall(call);
                break;
            case NemesisLine nemesis:
                _json.WriteString(LineFields.Type, LineFields.Nemesis);
                _json.WriteString(LineFields.Name, nemesis.Name);
                _json.WriteString(LineFields.Phase, nemesis.Starts ? LineFields.Start : LineFields.Stop);
                WriteNode(nemesis.Node);
                break;
            case NoteLine note:
                _json.WriteString(LineFields.Type, LineFields.Note);
                _json.WriteString(LineFields.Text, note.Text);
                break;
            default:
                throw new UnreachableException();
        }
    }

    private void WriteCall(CallLine call)
    {
        _json.WriteNumber(LineFields.Process, call.Process);
        _json.WriteString(LineFields.Type, LineFields.Of(call.Phase));
        _json.WriteString(LineFields.Operation, LineFields.Of(call.Operation));
        _json.WriteString(LineFields.Key, call.Key);
        WriteArguments(call);
        WriteNode(call.Node);
        if (call.Found is { } found)
        {
            _json.WriteBoolean(LineFields.Found, found);
        }

        if (call.Slot is { } slot)
        {
            _json.WriteNumber(LineFields.Slot, slot);
        }

        if (call.Error is { } error)
        {
            _json.WriteString(LineFields.Error, error);
        }
    }

    private void WriteArguments(CallLine call)
    {
        // Of a compare-and-set null has a meaning of its own, and is written.
        bool set = call is { Operation: OperationKind.Cas, Phase: CallPhase.Invoke };
        if (set)
        {
            _json.WriteString(LineFields.Expected, call.Expected);
        }

        if (set || call.Value is not null)
        {
            _json.WriteString(LineFields.Value, call.Value);
        }
    }

    private void WriteNode(string? node)
    {
        if (int.TryParse(node, NumberStyles.None, CultureInfo.InvariantCulture, out int id))
        {
            _json.WriteNumber(LineFields.Node, id);
        }
        else if (node is not null)
        {
            _json.WriteString(LineFields.Node, node);
        }
    }
}
