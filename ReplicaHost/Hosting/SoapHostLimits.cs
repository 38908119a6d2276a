using PaxosWcf.Contracts;

namespace PaxosWcf.ReplicaHost.Hosting;

/// <summary>What callers may make one listener hold. Every limit is inclusive.</summary>
internal sealed record SoapHostLimits
{
    /// <summary>Largest request body, in bytes; more is answered with 413 before it is read.</summary>
    public int RequestBytesMax { get; init; } = WireLimits.ClientMessageBytesMax;

    /// <summary>Most requests under way at once; one more is answered with 503 and Retry-After, its body unread.</summary>
    public int CallsInFlightMax { get; init; } = 1024;

    /// <summary>So many more of the operators' operations: whoever fills the places of clients does not keep operators out.</summary>
    public int ControlCallsMore { get; init; } = 64;

    /// <summary>Most bytes of request bodies held at once, beyond the first 64 KiB of each; a body beyond is answered with 503 and Retry-After, unread. A few hundred largest
    /// messages would else fill the memory of a machine.</summary>
    public long BodiesBytesMax { get; init; } = 512L << 20;

    /// <summary>Most connections at once; one more is closed at once.</summary>
    public int ConnectionsMax { get; init; } = 4096;

    /// <summary>Slowest that a request body may come in, and that a reply may be read, in bytes a second, after <see cref="BodyGrace"/>: or
    /// one caller could hold a place among <see cref="CallsInFlightMax"/> for hours.</summary>
    public int BodyBytesPerSecondMin { get; init; } = 16 << 10;

    /// <summary>How long a body may stand still before its speed counts.</summary>
    public TimeSpan BodyGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a connection may be idle, before its first byte too: a little longer than the client library keeps one, so that it is the client that closes it.</summary>
    public TimeSpan IdleMax { get; init; } = TimeSpan.FromSeconds(65);

    /// <summary>How long a stop waits for calls under way; it never waits for a connection that carries none.</summary>
    public TimeSpan StopPatience { get; init; } = TimeSpan.FromSeconds(5);
}
