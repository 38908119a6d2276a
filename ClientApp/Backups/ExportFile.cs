using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

/// <summary>Keys as JSON lines, for other programs; docs/operating.md describes it. A value that is UTF-8 text is <c>value</c>, any
/// other is <c>base64</c>. The first line says what it is of.</summary>
internal static class ExportFile
{
    /// <summary>Name and version of the format.</summary>
    public const string Format = "paxoswcf-export/1";

    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Line(BackupHeader header)
    {
        JsonObject line = header.Json("export");
        line.Remove("verb");
        line.Remove("ok");
        line.Insert(0, "format", Format);
        return line.ToJsonString(Readable);
    }

    public static string Line(BackupEntry entry)
    {
        string? text = ValueText.AsText(entry.Value);
        return new JsonObject
        {
            ["key"] = entry.Key,
            [text is null ? "base64" : "value"] = text ?? Convert.ToBase64String(entry.Value),
            ["createRevision"] = entry.CreateRevision,
            ["revision"] = entry.ModificationRevision,
            ["version"] = entry.Version,
        }.ToJsonString(Readable);
    }

    /// <summary>The key and value of a line; null for the line that says what the file is of.</summary>
    /// <param name="number">Its number, from 1 on.</param>
    /// <param name="line">Its text.</param>
    /// <exception cref="BackupFormatException">It is neither; the message names the line.</exception>
    public static BatchOperation? Read(int number, string line)
    {
        JsonObject fields = Object(number, line);
        if (fields.ContainsKey("format"))
        {
            return Text(number, fields, "format") == Format
                ? null
                : throw Wrong(number, $"is of another format than {Format}");
        }

        BatchOperation put = BatchOperation.Put(Text(number, fields, "key") ?? throw Wrong(number, "has no \"key\""), Value(number, fields));
        return StoreRules.CheckKey(put.Key) is { } key ? throw Wrong(number, $"has a key that the store does not take: {key.Reason}")
            : StoreRules.CheckValueSize(put.Value!) is { } large ? throw Wrong(number, $"has a value that the store does not take: {StoreRules.Sentence(large)}")
            : put;
    }

    private static byte[] Value(int number, JsonObject fields)
    {
        (string? text, string? base64) = (Text(number, fields, "value"), Text(number, fields, "base64"));
        if (text is null == base64 is null)
        {
            throw Wrong(number, "must have either \"value\" or \"base64\"");
        }

        try
        {
            return text is not null ? BackupFormat.Text.GetBytes(text) : Convert.FromBase64String(base64!);
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw Wrong(number, "has a value that is no base64, or no text");
        }
    }

    private static string? Text(int number, JsonObject fields, string name) => fields[name] switch
    {
        null => null,
        JsonValue value when value.TryGetValue(out string? text) => text,
        _ => throw Wrong(number, $"has a \"{name}\" that is no text"),
    };

    private static JsonObject Object(int number, string line)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject ?? throw Wrong(number, "is no JSON object");
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw Wrong(number, "is no JSON object");
        }
    }

    private static BackupFormatException Wrong(int number, string what) => new($"Line {number} {what}.");
}
