namespace PaxosWcf.ReplicaHost.Hosting;

/// <summary>The listeners of a process that close one after the other, the last opened first, within one patience for all of them.</summary>
/// <remarks>Not at the same time: calls of clients that are under way may wait for this replica's own vote, which is asked for at the peer address. But who has waited for
/// clients has waited for the replicas too, whose calls are repeated when they are lost.</remarks>
/// <param name="patience">How long their closing waits for calls under way.</param>
/// <param name="time">Passes meanwhile.</param>
internal sealed class OpenDoors(TimeSpan patience, TimeProvider time) : IAsyncDisposable
{
    /// <summary>A door is given so much in any case: what is about to be answered is.</summary>
    public static readonly TimeSpan PatienceLeast = TimeSpan.FromSeconds(1);

    private readonly Stack<Func<TimeSpan, ValueTask>> _open = [];

    /// <summary>Closes another one, before those that are open already.</summary>
    /// <param name="close">Closes it, and waits so long for its calls.</param>
    public void Add(Func<TimeSpan, ValueTask> close) => _open.Push(close);

    /// <summary>Closes them.</summary>
    public async ValueTask DisposeAsync()
    {
        var began = time.GetTimestamp();
        while (_open.TryPop(out var close))
        {
            var left = patience - time.GetElapsedTime(began);
            await close(left > PatienceLeast ? left : PatienceLeast);
        }
    }
}
