using System.Text;
using PaxosWcf.Contracts;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.ReplicaHost.Endpoints;

/// <summary>What a client's request must be like before anything is done with it.</summary>
internal static class RequestRules
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static void CheckKey(string? key)
    {
        if (string.IsNullOrEmpty(key))
        {
            throw StoreFaults.InvalidRequest("key", "is empty; a key has 1 to 1024 bytes of UTF-8.");
        }

        int bytes;
        try
        {
            bytes = Strict.GetByteCount(key);
        }
        catch (EncoderFallbackException)
        {
            throw StoreFaults.InvalidRequest("key", "is not valid Unicode: it has half of a surrogate pair.");
        }

        if (bytes > StoreLimits.KeyBytesMax)
        {
            throw StoreFaults.InvalidRequest("key", $"has {bytes} bytes of UTF-8; at most {StoreLimits.KeyBytesMax} are taken.");
        }
    }

    public static void CheckValue(byte[]? value)
    {
        if (value is null)
        {
            throw StoreFaults.InvalidRequest("value", "is missing; an empty value is fine, none is not.");
        }

        if (value.Length > StoreLimits.ValueBytesMax)
        {
            throw StoreFaults.RequestTooLarge("value", value.Length, StoreLimits.ValueBytesMax);
        }
    }

    public static ClientIdentity? CheckIdentity(RequestIdentity? identity)
    {
        if (identity is null)
        {
            return null;
        }

        if (string.IsNullOrEmpty(identity.Session) || identity.Session.Length > StoreLimits.SessionCharsMax)
        {
            throw StoreFaults.InvalidRequest(
                "identity.Session", $"must be what OpenSession returned: 1 to {StoreLimits.SessionCharsMax} characters.");
        }

        if (!identity.Session.All(char.IsAscii))
        {
            throw StoreFaults.InvalidRequest("identity.Session", "must be what OpenSession returned: ASCII characters only.");
        }

        if (identity.Sequence < 1)
        {
            throw StoreFaults.InvalidRequest("identity.Sequence", $"is {identity.Sequence}; the first is 1.");
        }

        if (identity.AcknowledgedThrough < 0 || identity.AcknowledgedThrough >= identity.Sequence)
        {
            throw StoreFaults.InvalidRequest(
                "identity.AcknowledgedThrough",
                $"is {identity.AcknowledgedThrough}; it must be 0 or more, and less than the sequence {identity.Sequence}.");
        }

        return new ClientIdentity(identity.Session, identity.Sequence, identity.AcknowledgedThrough);
    }
}
