namespace PaxosWcf.Contracts;

/// <summary>Whether a request has begun to leave this machine. Whoever gives it up before, while there is no connection yet, can have it never leave, and be certain of that.</summary>
/// <remarks>A connection may be made at any time after a call was given up, and the request would go out then. Of a request that only its headers have left
/// a replica executes nothing. Over https without credentials of the caller's own WCF's channel sends, which tells nothing: there, nothing can be taken back.</remarks>
public sealed class RequestDeparture
{
    private const int NotWatched = 0;
    private const int Waits = 1;
    private const int HasLeft = 2;
    private const int IsTakenBack = 3;

    private static readonly AsyncLocal<RequestDeparture?> Ambient = new();
    private int _state;

    /// <summary>That of the request which the code that runs is about to send; null: nobody wants to know.</summary>
    public static RequestDeparture? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }

    /// <summary>Takes the request back, if it has not begun to leave.</summary>
    /// <returns>True: it never leaves. False: it has left, or nobody can tell.</returns>
    public bool TryTakeBack() => Interlocked.CompareExchange(ref _state, IsTakenBack, Waits) is Waits or IsTakenBack;

    /// <summary>Its transport tells before it leaves.</summary>
    internal void Watch() => Interlocked.CompareExchange(ref _state, Waits, NotWatched);

    /// <summary>It is about to leave, perhaps once more, over another connection.</summary>
    /// <returns>False: it was taken back.</returns>
    internal bool TryLeave() => Interlocked.CompareExchange(ref _state, HasLeft, Waits) is Waits or HasLeft;
}
