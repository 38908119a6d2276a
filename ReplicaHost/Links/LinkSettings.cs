namespace PaxosWcf.ReplicaHost.Links;

/// <summary>How the links to the other replicas behave.</summary>
/// <param name="Cluster">The cluster's name, which each call tells.</param>
/// <param name="CallTimeout">A call that takes longer is lost; one that carries values may take longer (<see cref="CallPatience"/>).</param>
/// <param name="MessageBytesMax">Bytes of values or commands that are gathered into one call, at most.</param>
internal sealed record LinkSettings(string Cluster, TimeSpan CallTimeout, int MessageBytesMax)
{
    /// <summary>How long each call may take.</summary>
    public CallPatience Patience { get; } = new(CallTimeout, MessageBytesMax);
}
