using System.Text.Json;

namespace PaxosWcf.History;

/// <summary>The fields of one line, each read as the type that it must have.</summary>
internal readonly struct LineObject(JsonElement json)
{
    public string Text(string field) => TextOr(field) ?? throw new FormatException($"\"{field}\" is missing");

    /// <summary>A field that must be there, and may be null.</summary>
    public string? TextOrNull(string field)
    {
        return json.TryGetProperty(field, out _) ? TextOr(field) : throw new FormatException($"\"{field}\" is missing");
    }

    public string? TextOr(string field)
    {
        return Find(field) is not { } found ? null
            : found.ValueKind == JsonValueKind.String ? Decoded(field, found)
            : throw new FormatException($"\"{field}\" is no string");
    }

    public bool Flag(string field) => FlagOr(field) ?? throw new FormatException($"\"{field}\" is missing");

    public bool? FlagOr(string field)
    {
        return Find(field)?.ValueKind switch
        {
            null => null,
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw new FormatException($"\"{field}\" is neither true nor false"),
        };
    }

    public long Integer(string field)
    {
        return IntegerOr(field) ?? throw new FormatException($"\"{field}\" is missing");
    }

    public int Count(string field)
    {
        return Integer(field) is var number and >= 0 and <= int.MaxValue
            ? (int)number
            : throw new FormatException($"\"{field}\" is not within 0..{int.MaxValue}");
    }

    public long? PositionOr(string field)
    {
        return IntegerOr(field) is not < 0 ? IntegerOr(field) : throw new FormatException($"\"{field}\" is below 0");
    }

    public string? Node()
    {
        return Find(LineFields.Node) is { ValueKind: JsonValueKind.Number } ? $"{Integer(LineFields.Node)}" : TextOr(LineFields.Node);
    }

    private long? IntegerOr(string field)
    {
        return Find(field) is not { } found ? null
            : found.ValueKind == JsonValueKind.Number && found.TryGetInt64(out long number) ? number
            : throw new FormatException($"\"{field}\" is no integer of 64 bits");
    }

    // null and a field that is left out say the same, but for the two fields that TextOrNull reads.
    private JsonElement? Find(string field)
    {
        return json.TryGetProperty(field, out JsonElement found) && found.ValueKind != JsonValueKind.Null ? found : null;
    }

    private static string Decoded(string field, JsonElement text)
    {
        try
        {
            return text.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new FormatException($"\"{field}\" is no valid UTF-8");
        }
    }
}
