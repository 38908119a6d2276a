namespace PaxosWcf.Client;

/// <summary>Where a client does what no call of its user waits for. The simulator has another place than the pool's threads for it.</summary>
/// <param name="Time">The clock and the timers of it.</param>
/// <param name="Begin">Begins such work, not before this returns.</param>
internal sealed record Background(TimeProvider Time, Func<Func<Task>, Task> Begin)
{
    /// <summary>The threads of the pool.</summary>
    public static Background OfThePool(TimeProvider time) => new(time, Task.Run);
}
