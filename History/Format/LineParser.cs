using System.Text.Json;

namespace PaxosWcf.History;

/// <summary>Reads one line of a history, and refuses it with a sentence when something in it is not as the format has it.</summary>
internal static class LineParser
{
    /// <exception cref="FormatException">The sentence.</exception>
    public static HistoryLine Parse(ReadOnlyMemory<byte> line)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Read(new LineObject(document.RootElement))
                : throw new FormatException("the line is no JSON object");
        }
        catch (JsonException e)
        {
            throw new FormatException($"the line is no JSON: {e.Message}");
        }
    }

    private static HistoryLine Read(LineObject line)
    {
        string type = line.Text(LineFields.Type);
        long time = line.Integer(LineFields.Time);
        return type switch
        {
            LineFields.Nemesis => new NemesisLine(
                line.TextOr(LineFields.Name) ?? "", line.TextOr(LineFields.Phase) == LineFields.Start, line.Node(), time),
            LineFields.Note => new NoteLine(line.TextOr(LineFields.Text) ?? "", time),
            _ => Call(line, LineFields.PhaseOf(type) ?? throw new FormatException($"\"type\" is \"{type}\""), time),
        };
    }

    private static CallLine Call(LineObject line, CallPhase phase, long time)
    {
        string word = line.Text(LineFields.Operation);
        OperationKind operation = LineFields.OperationOf(word) ?? throw new FormatException($"\"op\" is \"{word}\"");
        string key = line.Text(LineFields.Key);
        if (key.Length == 0)
        {
            throw new FormatException("\"key\" is empty");
        }

        var call = new CallLine(line.Count(LineFields.Process), phase, operation, key, time)
        {
            Error = phase is CallPhase.Fail or CallPhase.Info ? line.TextOr(LineFields.Error) : null,
            Node = line.Node(),
        };
        return phase switch
        {
            CallPhase.Invoke => Invocation(line, call),
            CallPhase.Ok => Answer(line, call),
            _ => call,
        };
    }

    private static CallLine Invocation(LineObject line, CallLine call)
    {
        return call.Operation switch
        {
            OperationKind.Put => call with { Value = line.Text(LineFields.Value) },
            OperationKind.Cas => call with
            {
                Expected = line.TextOrNull(LineFields.Expected),
                Value = line.TextOrNull(LineFields.Value),
            },
            _ => call,
        };
    }

    private static CallLine Answer(LineObject line, CallLine call)
    {
        bool required = call.Operation is OperationKind.Get or OperationKind.Cas;
        bool? found = required ? line.Flag(LineFields.Found) : line.FlagOr(LineFields.Found);
        CallLine answered = call with { Found = found, Slot = line.PositionOr(LineFields.Slot) };
        if (call.Operation != OperationKind.Get)
        {
            return answered;
        }

        string? value = line.TextOr(LineFields.Value);
        return (found == true) == (value is not null)
            ? answered with { Value = value }
            : throw new FormatException(found == true
                ? "a get that found something has no \"value\""
                : "a get that found nothing has a \"value\"");
    }
}
