namespace PaxosWcf.ReplicaHost;

/// <summary>What the exit code of a replica's process means.</summary>
internal static class ExitCodes
{
    /// <summary>Stopped because it was asked to.</summary>
    public const int Stopped = 0;

    /// <summary>The command line, servers.xml or a setting is wrong.</summary>
    public const int Usage = 2;

    /// <summary>It could not start: the data directory or an address is not to be had.</summary>
    public const int CannotStart = 3;

    /// <summary>It stopped itself, because the disk failed or an invariant broke; or it did not start, because the disk has no room or fails.</summary>
    public const int Failed = 4;
}
