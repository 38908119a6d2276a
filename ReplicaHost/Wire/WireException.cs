namespace PaxosWcf.ReplicaHost.Wire;

/// <summary>A message from another replica does not mean anything. It is dropped, as if it had been lost.</summary>
internal sealed class WireException(string message) : Exception(message);
