namespace PaxosWcf.Client;

/// <summary>What the store answered, and how the client came by it.</summary>
/// <param name="Reply">The answer itself.</param>
/// <param name="Replica">The replica that gave it.</param>
/// <param name="Attempts">How many times the call was sent, this one included.</param>
/// <param name="Elapsed">From the caller's call to its answer.</param>
public sealed record StoreAnswer<TReply>(TReply Reply, int Replica, int Attempts, TimeSpan Elapsed);
