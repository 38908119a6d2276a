namespace PaxosWcf.Processes;

/// <summary>Replica processes could not be started, or did not do what they must; the message is a sentence.</summary>
internal sealed class ClusterException(string message) : Exception(message);
