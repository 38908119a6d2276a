using Microsoft.Extensions.Logging;
using PaxosWcf.Contracts;
using PaxosWcf.History;

namespace PaxosWcf.Client;

/// <summary>Makes one call of the library's user, from its beginning to its end: one deadline, an identity that every
/// repeat carries, and one answer or one failure.</summary>
internal sealed class StoreCaller(
    AttemptLoop attempts, SessionKeeper sessions, PaxosClientOptions options, TimeProvider time)
{
    private readonly RecordingClient? _recorder = options.History?.Client();
    private int _underWay;

    /// <summary>Whether no user waits for a call.</summary>
    public bool IsIdle => Volatile.Read(ref _underWay) == 0;

    public Task<StoreAnswer<TReply>> ReadAsync<TReply>(
        StoreOperation<TReply> operation, Func<IKeyValueStore, Task<TReply>> send, CancellationToken cancel)
    {
        return ReadAsync(operation, send, attemptTimeout: null, cancel);
    }

    /// <summary>The same of one that gives no replica as long as the options do.</summary>
    public Task<StoreAnswer<TReply>> ReadAsync<TReply>(
        StoreOperation<TReply> operation, Func<IKeyValueStore, Task<TReply>> send, TimeSpan? attemptTimeout, CancellationToken cancel)
    {
        return CallAsync(
            operation,
            (call, deadline) =>
            {
                call.AttemptTimeout = attemptTimeout;
                return RepeatAsync(call, send, deadline);
            },
            null,
            cancel);
    }

    public Task<StoreAnswer<TReply>> MutateAsync<TReply>(
        StoreOperation<TReply> operation, Func<IKeyValueStore, RequestIdentity, Task<TReply>> send, CancellationToken cancel)
    {
        RequestIdentity? identity = null;
        return CallAsync(operation, (call, deadline) => MutateAsync(call, send, i => identity = i, deadline), () => identity, cancel);
    }

    // The only place where a user's call begins and ends.
    private Task<StoreAnswer<TReply>> CallAsync<TReply>(
        StoreOperation<TReply> operation,
        Func<UserCall, CancellationToken, Task<Attempt<TReply>>> run,
        Func<RequestIdentity?>? identity,
        CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return _recorder is null
            ? EndAsync(operation, run, identity, cancel)
            : RecordedAsync(new CallRecording<TReply>(_recorder, operation), () => EndAsync(operation, run, identity, cancel));
    }

    private static async Task<StoreAnswer<TReply>> RecordedAsync<TReply>(
        CallRecording<TReply> recording, Func<Task<StoreAnswer<TReply>>> end)
    {
        try
        {
            StoreAnswer<TReply> answer = await end().ConfigureAwait(false);
            recording.Answered(answer.Reply, answer.Replica);
            return answer;
        }
        catch (Exception e)
        {
            recording.Failed(e);
            throw;
        }
    }

    private async Task<StoreAnswer<TReply>> EndAsync<TReply>(
        StoreOperation<TReply> operation,
        Func<UserCall, CancellationToken, Task<Attempt<TReply>>> run,
        Func<RequestIdentity?>? identity,
        CancellationToken cancel)
    {
        var call = new UserCall(operation.Verb, operation.Subject, time.GetTimestamp(), IsRead: identity is null) { IsLongPoll = operation.IsLongPoll };
        using var deadline = new CancellationTokenSource(options.OperationTimeout, time);
        using CancellationTokenSource? linked =
            cancel.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancel) : null;
        Interlocked.Increment(ref _underWay);
        try
        {
            Attempt<TReply> last = await run(call, (linked ?? deadline).Token).ConfigureAwait(false);
            if (last.Failure is null)
            {
                return Answer(call, last);
            }
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            // The deadline has passed: what the attempts have shown so far decides what the caller is told.
        }
        catch (OperationCanceledException e) when (cancel.IsCancellationRequested)
        {
            // With the caller's own token: others end with it, too.
            throw call.MayHaveTakenEffect && identity?.Invoke() is { } sent
                ? new MutationCanceledException(sent.Session, sent.Sequence, e, cancel)
                : new OperationCanceledException(e.Message, e, cancel);
        }
        catch (Exception e) when (e is not PaxosClientException && !cancel.IsCancellationRequested && call.MayHaveTakenEffect && identity?.Invoke() is { } known)
        {
            // The client was disposed meanwhile, or worse; whatever it was, it takes no doubt away.
            Log.GaveUp(options.Logger, call.Operation, call.Attempts, e.Message);
            throw new OutcomeUnknownException(
                $"The call ended before it was answered ({e.Message.TrimEnd('.')}). It may or may not have taken effect.", known.Session, known.Sequence, e);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }

        throw Failure(call, identity?.Invoke());
    }

    private async Task<Attempt<TReply>> MutateAsync<TReply>(
        UserCall call,
        Func<IKeyValueStore, RequestIdentity, Task<TReply>> send,
        Action<RequestIdentity> identified,
        CancellationToken deadline)
    {
        while (true)
        {
            MutationSession session = await sessions.CurrentAsync(token => OpenSessionAsync(call, token), deadline).ConfigureAwait(false);
            if (!session.TryBegin(out long sequence))
            {
                // What is under way in it stays there, under its numbers.
                if (sessions.Retire(session))
                {
                    Log.SessionFull(options.Logger, session.Name);
                }

                continue;
            }

            try
            {
                identified(session.Identify(sequence));
                Attempt<TReply> last = await RepeatAsync(call, s => send(s, session.Identify(sequence)), deadline).ConfigureAwait(false);
                if (last.Failure is not { Kind: FailureKind.SessionExpired } || call.MayHaveTakenEffect)
                {
                    return last;
                }
            }
            finally
            {
                session.Finish(sequence);
            }

            // No attempt so far can have been executed, so a new identity cannot make it happen twice.
            if (sessions.Retire(session))
            {
                Log.SessionExpired(options.Logger, session.Name);
            }
        }
    }

    private async Task<Attempt<TReply>> RepeatAsync<TReply>(
        UserCall call, Func<IKeyValueStore, Task<TReply>> send, CancellationToken deadline)
    {
        return await attempts.RunAsync(call, send, deadline).ConfigureAwait(false);
    }

    // A session that was opened twice, because an answer was lost, harms nobody: the store forgets the unused one.
    private async Task<string> OpenSessionAsync(UserCall caller, CancellationToken deadline)
    {
        var opening = new UserCall("open", "session", time.GetTimestamp());
        try
        {
            int others = 0;
            Attempt<OpenSessionReply> opened = await RepeatAsync(opening, async store =>
            {
                OpenSessionReply reply = await store.OpenSessionAsync().ConfigureAwait(false);
                return options.Cluster is { } meant && reply?.Cluster is { } answers && answers != meant
                    ? throw new OtherClusterException(answers, meant, isEverywhere: ++others >= options.Replicas.Count)
                    : reply!;
            }, deadline).ConfigureAwait(false);
            string session = opened.Reply?.Session ?? throw Failure(opening, null);

            Log.SessionOpened(options.Logger, session);
            return session;
        }
        catch (Exception e) when (e is OperationCanceledException or PaxosClientException)
        {
            caller.PreparationFailed(opening);
            throw;
        }
    }

    private StoreAnswer<TReply> Answer<TReply>(UserCall call, Attempt<TReply> last)
    {
        TimeSpan elapsed = time.GetElapsedTime(call.StartedAt);
        if (options.Logger.IsEnabled(LogLevel.Debug))
        {
            Log.Answered(options.Logger, call.Operation, last.Replica, (long)elapsed.TotalMilliseconds);
        }

        return new StoreAnswer<TReply>(last.Reply!, last.Replica, call.Attempts, elapsed);
    }

    private PaxosClientException Failure(UserCall call, RequestIdentity? identity)
    {
        PaxosClientException failure = FailureOf(call, identity);
        Log.GaveUp(options.Logger, call.Operation, call.Attempts, failure.Message);
        return failure;
    }

    private PaxosClientException FailureOf(UserCall call, RequestIdentity? identity)
    {
        // A full store says nothing of an earlier attempt of the call, which may have been taken when it had room.
        if (call.LastFailure?.Final is { } final && !(final is StorageFullException && call.MayHaveTakenEffect))
        {
            return final;
        }

        if (identity is not null && call is { LastFailure.Kind: FailureKind.SessionExpired, MayHaveTakenEffect: true })
        {
            return new OutcomeUnknownException(
                $"An attempt was not answered, and when it was repeated the store no longer knew session {identity.Session}, which would have told what "
                    + "came of it. It may or may not have taken effect; read to find out.",
                identity.Session, identity.Sequence);
        }

        TimeSpan elapsed = time.GetElapsedTime(call.StartedAt);
        TimeSpan within = elapsed < options.OperationTimeout ? elapsed : options.OperationTimeout;
        if (!call.IsRead && identity is null && call.Attempts == 0)
        {
            return new StoreUnavailableException(
                $"Another call of this client could not open its session within {Names.Time(within)}, and this one was not sent. It had no effect.");
        }

        string tried = $"No replica gave an answer within {Names.Time(within)} ({Names.Counted(call.Attempts, "attempt")}{AskedOf(call)})";
        string last = call.LastFailure is { } failure ? $" Last: {failure.Sentence}." : "";
        if (call.LastFailure is { Waited.Ticks: 0 } && call.WithoutMajority.Count > 0)
        {
            // It tells more than what came last, such as a replica that is down.
            string where = call.WithoutMajority.Contains(PaxosClientOptions.IdUnknown) ? "" : $" at replica {Names.List(call.WithoutMajority)}";
            last += $" No majority of the replicas was reached{where}.";
        }

        return identity is not null && call.MayHaveTakenEffect
            ? new OutcomeUnknownException($"{tried}. It may or may not have taken effect.{last}", identity.Session, identity.Sequence)
            : new StoreUnavailableException($"{tried}.{(call.IsRead ? "" : " It had no effect.")}{last}");
    }

    private static string AskedOf(UserCall call)
    {
        return call.Asked.Count == 0 || call.Asked.Max == PaxosClientOptions.IdUnknown ? "" : $" at replica {Names.List(call.Asked)}";
    }
}
