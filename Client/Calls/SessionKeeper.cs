using System.Diagnostics.CodeAnalysis;

namespace PaxosWcf.Client;

/// <summary>Opens this client's session before its first mutation, once for all calls, and another when that is spent.</summary>
[SuppressMessage("Design", "CA1001", Justification = "disposing the semaphore would leave whoever waits for it waiting for ever, and it has no handle to give back, for nobody asked for one")]
internal sealed class SessionKeeper
{
    private readonly SemaphoreSlim _opening = new(1, 1);
    private MutationSession? _current;

    /// <summary>The session to number a mutation in.</summary>
    /// <param name="open">Asks the store for a new session's name.</param>
    /// <param name="cancel">The deadline of the call that needs it.</param>
    public async Task<MutationSession> CurrentAsync(Func<CancellationToken, Task<string>> open, CancellationToken cancel)
    {
        if (Volatile.Read(ref _current) is { } known)
        {
            return known;
        }

        await _opening.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return _current ??= new MutationSession(await open(cancel).ConfigureAwait(false));
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Has the next mutation open another session, for the store knows this one no longer, or it has no more numbers. Of many
    /// concurrent calls that find so, the first wins.</summary>
    public bool Retire(MutationSession spent)
    {
        return Interlocked.CompareExchange(ref _current, null, spent) == spent;
    }
}
