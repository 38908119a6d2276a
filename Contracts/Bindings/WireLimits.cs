namespace PaxosWcf.Contracts;

/// <summary>What one message may hold, at both ends of a wire. Every limit is inclusive.</summary>
public static class WireLimits
{
    /// <summary>Largest SOAP message on a client address, in bytes: a batch of <see cref="StoreLimits.BatchBytesMax"/>, or
    /// a transaction of <see cref="StoreLimits.TransactBytesMax"/>, its values in base64 and every character of its keys escaped.</summary>
    public const int ClientMessageBytesMax = 8 << 20;

    /// <summary>Largest SOAP message between replicas, in bytes: a run of slots, or a piece of what a learner missed.</summary>
    public const int PeerMessageBytesMax = 16 << 20;

    /// <summary>Deepest nesting of XML elements.</summary>
    public const int DepthMax = 32;

    /// <summary>Longest text in one element or attribute, in characters. Values are bytes and not under this limit.</summary>
    public const int TextCharsMax = 64 << 10;

    /// <summary>Largest byte array in a client's message, in bytes: whatever fits the message, so that a value that is too large is answered
    /// with a fault that says so.</summary>
    public const int ClientArrayBytesMax = ClientMessageBytesMax;

    /// <summary>Largest byte array between replicas, in bytes.</summary>
    public const int PeerArrayBytesMax = 16 << 20;

    /// <summary>All attributes of one start tag together, namespace declarations included, in bytes.</summary>
    public const int TagBytesMax = 16 << 10;

    /// <summary>All distinct XML names of one message together, in characters.</summary>
    public const int NameTableCharsMax = 16384;
}
