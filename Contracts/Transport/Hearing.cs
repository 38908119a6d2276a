namespace PaxosWcf.Contracts;

/// <summary>Ends a call when nothing is heard of its answer for too long.</summary>
internal sealed class Hearing : IDisposable
{
    private readonly TimeSpan _silenceMax;
    private readonly CancellationTokenSource _silent;
    private readonly CancellationTokenSource _ended;

    /// <summary>Begins to listen.</summary>
    /// <param name="silenceMax">How long nothing may be heard.</param>
    /// <param name="clock">Says how long it is.</param>
    /// <param name="ends">Ends the call for other reasons.</param>
    public Hearing(TimeSpan silenceMax, TimeProvider clock, CancellationToken ends)
    {
        _silenceMax = silenceMax;
        _silent = new CancellationTokenSource(silenceMax, clock);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(_silent.Token, ends);
    }

    /// <summary>The call is to end, for whichever reason.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Nothing was heard for too long.</summary>
    public bool WasSilent => _silent.IsCancellationRequested;

    /// <summary>Something of the answer has come.</summary>
    public void OnHeard() => _silent.CancelAfter(_silenceMax);

    /// <inheritdoc/>
    public void Dispose()
    {
        _ended.Dispose();
        _silent.Dispose();
    }
}
