using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace PaxosWcf.Tests.Telemetry;

/// <summary>What came to a collector. Of the protocol buffers in it only that is read which the tests ask for; the numbers are those of opentelemetry-proto.</summary>
/// <param name="Path">Where.</param>
/// <param name="ContentType">As what.</param>
/// <param name="Key">The header <c>key</c>.</param>
/// <param name="Body">An ExportMetricsServiceRequest or ExportTraceServiceRequest.</param>
internal sealed record OtlpRequest(string Path, string? ContentType, string Key, ReadOnlyMemory<byte> Body)
{
    /// <summary>Attributes of the resource.</summary>
    public IReadOnlyDictionary<string, string> Resource => Attributes(Inside(Body, 1, 1).Single(), field: 1);

    /// <summary>Names of the spans.</summary>
    public IReadOnlyList<string> Spans => [.. Inside(Body, 1, 2, 2).Select(span => Text(span, 5))];

    /// <summary>Names of the metrics.</summary>
    public IReadOnlyList<string> Metrics => [.. Inside(Body, 1, 2, 2).Select(metric => Text(metric, 1))];

    /// <summary>Values of a sum by what its attributes say.</summary>
    public IReadOnlyDictionary<string, long> Sum(string name) => Points(name, kind: 7).ToDictionary(
        WhatOf, point => BinaryPrimitives.ReadInt64LittleEndian(Inside(point, 6).Single().Span));

    /// <summary>Bounds of a histogram's buckets.</summary>
    public IReadOnlyList<double> Bounds(string name)
    {
        var packed = Inside(Points(name, kind: 9).First(), 7).Single();
        return [.. Enumerable.Range(0, packed.Length / 8).Select(at => BinaryPrimitives.ReadDoubleLittleEndian(packed.Span[(8 * at)..]))];
    }

    private static string WhatOf(ReadOnlyMemory<byte> point) => string.Join(' ', Attributes(point, field: 7).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value));

    private static Dictionary<string, string> Attributes(ReadOnlyMemory<byte> message, int field) =>
        Inside(message, field).ToDictionary(pair => Text(pair, 1), pair => ValueOf(Inside(pair, 2).Single()));

    private static string ValueOf(ReadOnlyMemory<byte> value) => Fields(value).Single() is { Number: 3, Value: var number }
        ? number.ToString(CultureInfo.InvariantCulture)
        : Text(value, 1);

    private static string Text(ReadOnlyMemory<byte> message, int field) => Encoding.UTF8.GetString(Inside(message, field).Single().Span);

    private static IEnumerable<ReadOnlyMemory<byte>> Inside(ReadOnlyMemory<byte> message, params int[] path) => path is [var first, .. var rest]
        ? Fields(message).Where(field => field.Number == first).SelectMany(field => Inside(field.Bytes, rest))
        : [message];

    private static IEnumerable<(int Number, ReadOnlyMemory<byte> Bytes, ulong Value)> Fields(ReadOnlyMemory<byte> message)
    {
        for (var at = 0; at < message.Length;)
        {
            var tag = Varint(message, ref at);
            var value = (tag & 7) is 0 or 2 ? Varint(message, ref at) : 0;
            var length = (tag & 7) switch { 0 => 0, 1 => 8, 2 => (int)value, 5 => 4, var kind => throw new InvalidDataException($"No wire type is {kind}.") };
            yield return ((int)(tag >> 3), message.Slice(at, length), value);
            at += length;
        }
    }

    private static ulong Varint(ReadOnlyMemory<byte> message, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = message.Span[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }

    private IEnumerable<ReadOnlyMemory<byte>> Points(string name, int kind) =>
        Inside(Body, 1, 2, 2).Where(metric => Text(metric, 1) == name).SelectMany(metric => Inside(metric, kind, 1));
}
