namespace PaxosWcf.Client;

/// <summary>How one attempt ended: with a reply, or with a failure.</summary>
internal abstract record Attempt(int Replica, AttemptFailure? Failure);

/// <inheritdoc cref="Attempt"/>
/// <param name="Replica">The replica that was asked.</param>
/// <param name="Failure">Null when it answered.</param>
/// <param name="Reply">The answer, when there is no failure.</param>
internal sealed record Attempt<TReply>(int Replica, AttemptFailure? Failure, TReply? Reply) : Attempt(Replica, Failure);
