namespace PaxosWcf.ReplicaHost.Endpoints;

/// <summary>One read index for every linearizable read of a message, asked for by the first of them.</summary>
/// <remarks>Not thread-safe: the reads of a message begin one after the other.</remarks>
/// <param name="ask">Asks for it.</param>
internal sealed class SharedReadIndex(Func<Task> ask)
{
    private Task? _asked;

    /// <summary>Waits until this replica's state reflects every write that was acknowledged before.</summary>
    public Task WaitAsync() => _asked ??= ask();
}
