namespace PaxosWcf.ReplicaHost.Endpoints;

/// <summary>How long a client's call may take.</summary>
/// <param name="Whole">A write that was handed over to a leader, and may yet be chosen.</param>
/// <param name="NoQuorum">A write that no leader has taken yet, and a read: shorter than the client library waits for one replica, which would else never
/// hear that nothing was executed.</param>
internal readonly record struct RequestPatience(TimeSpan Whole, TimeSpan NoQuorum)
{
    /// <summary>What the settings say.</summary>
    public static RequestPatience Of(ReplicaOptions options) => new(
        TimeSpan.FromSeconds(options.RequestTimeoutSeconds),
        TimeSpan.FromSeconds(Math.Min(options.RequestTimeoutSeconds, options.NoQuorumSeconds)));
}
