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

    /// <summary>Reads a line.</summary>
    /// <param name="number">Its number, from 1 on.</param>
    /// <param name="line">Its text.</param>
    /// <exception cref="BackupFormatException">It is none of an export; the message names the line.</exception>
    public static ExportLine Read(long number, string line)
    {
        JsonObject fields = Object(number, line);
        try
        {
            return Read(number, fields);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // What is in an object is looked at when it is asked for.
            throw Wrong(number, "has a field twice, or an escape that is half a character");
        }
    }

    private static ExportLine Read(long number, JsonObject fields)
    {
        if (fields.ContainsKey("format"))
        {
            return Text(number, fields, "format") == Format
                ? new ExportLine(null, Keys(number, fields))
                : throw Wrong(number, $"is of another format than {Format}");
        }

        BatchOperation put = BatchOperation.Put(Text(number, fields, "key") ?? throw Wrong(number, "has no \"key\""), Value(number, fields));
        return StoreRules.CheckKey(put.Key) is { } key ? throw Wrong(number, $"has a key that the store does not take: {key.Reason}")
            : StoreRules.CheckValueSize(put.Value!) is { } large ? throw Wrong(number, $"has a value that the store does not take: {StoreRules.Sentence(large)}")
            : new ExportLine(put, null);
    }

    private static long? Keys(long number, JsonObject fields) => fields["keys"] switch
    {
        null => null,
        JsonValue value when value.TryGetValue(out long keys) => keys,
        _ => throw Wrong(number, "has \"keys\" that is no number"),
    };

    private static byte[] Value(long number, JsonObject fields)
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

    private static string? Text(long number, JsonObject fields, string name) => fields[name] switch
    {
        null => null,
        JsonValue value when value.TryGetValue(out string? text) => text,
        _ => throw Wrong(number, $"has a \"{name}\" that is no text"),
    };

    private static JsonObject Object(long number, string line)
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

    private static BackupFormatException Wrong(long number, string what) => new($"Line {number} {what.TrimEnd('.')}.");
}

/// <summary>A line of an export.</summary>
/// <param name="Put">The key and value; null for the line that says what the file is of.</param>
/// <param name="Keys">How many keys that one says the file holds.</param>
internal sealed record ExportLine(BatchOperation? Put, long? Keys);
