namespace PaxosWcf.ReplicaHost;

/// <summary>What the command line says.</summary>
internal sealed record HostArguments
{
    /// <summary>The replica's id in servers.xml.</summary>
    public required int Id { get; init; }

    /// <summary>The servers.xml to read.</summary>
    public required string Servers { get; init; }

    /// <summary>The data directory.</summary>
    public required string Data { get; init; }

    /// <summary>First start of a new cluster: make the data directory.</summary>
    public bool Bootstrap { get; init; }

    /// <summary>Stop when standard input ends: for whoever starts hosts and may die before them.</summary>
    public bool StopWithStdin { get; init; }

    /// <summary>Listen here for clients instead of where servers.xml says they call.</summary>
    public Uri? ListenClient { get; init; }

    /// <summary>Listen here for replicas instead of where servers.xml says they call.</summary>
    public Uri? ListenPeer { get; init; }

    /// <summary>Lowest level that is logged.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>Log each request and response.</summary>
    public bool LogRequests { get; init; }
}
