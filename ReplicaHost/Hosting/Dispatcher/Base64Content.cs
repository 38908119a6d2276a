using System.Buffers;
using System.Xml;

namespace PaxosWcf.ReplicaHost.Hosting.Dispatcher;

/// <summary>Reads bytes that stand as base64 in a text message, with or without white space and however they are cut into nodes.</summary>
/// <remarks>The reader's own way throws and catches an exception for each node with white space in it, and a bare carriage return begins a node: eight megabytes of them cost seconds.</remarks>
internal static class Base64Content
{
    private const int CharsFirst = 4096;

    private static readonly SearchValues<char> WhiteSpace = SearchValues.Create(" \t\r\n");

    /// <summary>Reads an element, from its start tag on.</summary>
    /// <exception cref="FormatException">What is in it is no base64.</exception>
    /// <exception cref="XmlException">There is more than text in it.</exception>
    public static byte[] ReadElement(XmlDictionaryReader reader)
    {
        if (reader.IsEmptyElement)
        {
            reader.Read();
            return [];
        }
        reader.ReadStartElement();
        var bytes = Read(reader);
        reader.ReadEndElement();
        return bytes;
    }

    /// <summary>Reads from the node that the reader stands on to the next tag.</summary>
    /// <exception cref="FormatException">It is no base64.</exception>
    public static byte[] Read(XmlDictionaryReader reader)
    {
        var chars = ArrayPool<char>.Shared.Rent(CharsFirst);
        try
        {
            var length = 0;
            while (reader.NodeType is not (XmlNodeType.Element or XmlNodeType.EndElement or XmlNodeType.None))
            {
                if (reader.NodeType != XmlNodeType.Comment)
                {
                    length = Append(reader, ref chars, length);
                }
                reader.Read();
            }
            return Decode(chars.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<char>.Shared.Return(chars);
        }
    }

    private static int Append(XmlDictionaryReader reader, ref char[] chars, int length)
    {
        while (true)
        {
            if (length == chars.Length)
            {
                var larger = ArrayPool<char>.Shared.Rent(2 * length);
                chars.CopyTo(larger.AsSpan());
                ArrayPool<char>.Shared.Return(chars);
                chars = larger;
            }
            var read = reader.ReadValueChunk(chars, length, chars.Length - length);
            if (read == 0)
            {
                return length;
            }
            length += WithoutWhiteSpace(chars.AsSpan(length, read));
        }
    }

    private static int WithoutWhiteSpace(Span<char> chars)
    {
        var kept = chars.IndexOfAny(WhiteSpace);
        if (kept < 0)
        {
            return chars.Length;
        }
        foreach (var one in chars[kept..])
        {
            if (!WhiteSpace.Contains(one))
            {
                chars[kept++] = one;
            }
        }
        return kept;
    }

    private static byte[] Decode(ReadOnlySpan<char> chars)
    {
        var padding = chars.EndsWith("==") ? 2 : chars.EndsWith("=") ? 1 : 0;
        if (chars.Length % 4 == 0)
        {
            var bytes = new byte[Math.Max(0, (chars.Length / 4 * 3) - padding)];
            if (Convert.TryFromBase64Chars(chars, bytes, out var written) && written == bytes.Length)
            {
                return bytes;
            }
        }
        throw new FormatException("It is no base64.");
    }
}
