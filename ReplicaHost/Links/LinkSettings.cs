using PaxosWcf.Contracts;

namespace PaxosWcf.ReplicaHost.Links;

/// <summary>How the links to the other replicas behave.</summary>
/// <param name="Cluster">The cluster's name, which each call tells.</param>
/// <param name="CallTimeout">A call that takes longer is lost; one that carries values may take longer (<see cref="CallPatience"/>).</param>
/// <param name="MessageBytesMax">Bytes of values or commands that are gathered into one call, at most.</param>
/// <param name="Credentials">What is shown to the others, and whose certificates of theirs are taken; null: nothing, and those that the system trusts.</param>
internal sealed record LinkSettings(string Cluster, TimeSpan CallTimeout, int MessageBytesMax, TlsCredentials? Credentials = null)
{
    /// <summary>How long each call may take.</summary>
    public CallPatience Patience { get; } = new(CallTimeout, MessageBytesMax);
}
