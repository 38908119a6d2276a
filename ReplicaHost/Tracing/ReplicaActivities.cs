using System.Diagnostics;

namespace PaxosWcf.ReplicaHost.Tracing;

/// <summary>What a replica spends its time on, as activities that any OpenTelemetry exporter can listen to. Nothing is
/// made, and next to nothing spent, while nobody listens.</summary>
internal static class ReplicaActivities
{
    /// <summary>Name of the source.</summary>
    public const string SourceName = "PaxosWcf.ReplicaHost";

    /// <summary>The one source: <c>read</c>, <c>serve</c> and <c>write</c> of each operation that a SOAP call asks for,
    /// <c>call</c> of each message to a peer, and the store's <c>flush</c> and <c>apply</c>.</summary>
    public static readonly ActivitySource Source = new(SourceName);
}
