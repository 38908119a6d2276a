namespace PaxosWcf.Client;

/// <summary>How one attempt ended: with a reply, or with a failure.</summary>
internal abstract record Attempt(int Replica, AttemptFailure? Failure)
{
    /// <summary>Whether another one is not worth it: it would end after the deadline, and then nobody could tell any more that the call had no effect.</summary>
    public bool IsLast { get; init; }

    /// <summary>Of a failed one: the call.</summary>
    public UserCall? Call { get; init; }
}

/// <inheritdoc cref="Attempt"/>
/// <param name="Replica">The replica that was asked.</param>
/// <param name="Failure">Null when it answered.</param>
/// <param name="Reply">The answer, when there is no failure.</param>
internal sealed record Attempt<TReply>(int Replica, AttemptFailure? Failure, TReply? Reply) : Attempt(Replica, Failure);
