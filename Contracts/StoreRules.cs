using System.Globalization;
using System.Text;
using System.Xml;

namespace PaxosWcf.Contracts;

/// <summary>The rules for what a client may send, with the sentence for each breach. Both ends call it, so that the
/// client library refuses before a byte leaves with the very words a replica would have used.</summary>
public static class StoreRules
{
    /// <summary>What is wrong with a key; null when nothing is.</summary>
    /// <param name="key">The key.</param>
    public static InvalidRequestFault? CheckKey(string? key)
    {
        if (string.IsNullOrEmpty(key))
        {
            return KeyFault($"The key is missing or empty; it must have {StoreLimits.KeyBytesMin}..{StoreLimits.KeyBytesMax} bytes of UTF-8.");
        }

        if (UnsendableAt(key) is { } at)
        {
            return KeyFault(string.Create(CultureInfo.InvariantCulture,
                $"The key's character {at + 1} is U+{(int)key[at]:X4}, which XML text cannot carry."));
        }

        int bytes = Encoding.UTF8.GetByteCount(key);
        return bytes <= StoreLimits.KeyBytesMax
            ? null
            : KeyFault(string.Create(CultureInfo.InvariantCulture,
                $"The key has {bytes} bytes of UTF-8; at most {StoreLimits.KeyBytesMax} are taken."));
    }

    /// <summary>Whether a value is missing; null when it is there.</summary>
    /// <param name="value">The value.</param>
    public static InvalidRequestFault? CheckValue(byte[]? value)
    {
        return value is not null
            ? null
            : new InvalidRequestFault { Field = "value", Reason = "A value is missing; an empty one is allowed." };
    }

    /// <summary>Whether a value is too large; null when it is not.</summary>
    /// <param name="value">The value.</param>
    public static RequestTooLargeFault? CheckValueSize(byte[] value)
    {
        return value.Length <= StoreLimits.ValueBytesMax
            ? null
            : new RequestTooLargeFault { Field = "value", Bytes = value.Length, BytesMax = StoreLimits.ValueBytesMax };
    }

    /// <summary>The sentence for a value that is too large.</summary>
    /// <param name="fault">What was found.</param>
    public static string Sentence(RequestTooLargeFault fault)
    {
        return string.Create(CultureInfo.InvariantCulture,
            $"The {fault.Field} {(fault.Field.EndsWith('s') ? "have" : "has")} {fault.Bytes} bytes; at most {fault.BytesMax} are taken.");
    }

    // The wire is XML text: a lone surrogate or a control character would come back as something else, or not at all.
    private static int? UnsendableAt(string key)
    {
        for (int i = 0; i < key.Length; i++)
        {
            if (i + 1 < key.Length && XmlConvert.IsXmlSurrogatePair(key[i + 1], key[i]))
            {
                i++;
            }
            else if (!XmlConvert.IsXmlChar(key[i]))
            {
                return i;
            }
        }

        return null;
    }

    private static InvalidRequestFault KeyFault(string reason) => new() { Field = "key", Reason = reason };
}
