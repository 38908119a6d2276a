using System.ServiceModel;
using Microsoft.Extensions.Logging;
using PaxosWcf.Contracts;
using Polly;
using Polly.Retry;

namespace PaxosWcf.Client;

/// <summary>Sends one call to one replica after the other until one answers, or no attempt can help.</summary>
internal sealed class AttemptLoop
{
    private readonly IChannelSource<IKeyValueStore> _channels;
    private readonly PaxosClientOptions _options;
    private readonly ReplicaRotation _rotation;
    private readonly MemberWatch _members;
    private readonly LostMajority _majority;
    private readonly UnansweredTime _unanswered;
    private readonly TimeProvider _time;
    private readonly TimeSpan _patience;
    private readonly ResiliencePipeline _pipeline;

    public AttemptLoop(
        IChannelSource<IKeyValueStore> channels, PaxosClientOptions options, ReplicaRotation rotation, MemberWatch members,
        LostMajority majority, TimeProvider time, Random random)
    {
        (_channels, _options, _rotation, _members, _majority, _time) = (channels, options, rotation, members, majority, time);
        _unanswered = new UnansweredTime(time);
        _patience = Patience.OfAnAttempt(options);
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(Retry(random)).Build();
    }

    /// <summary>Runs the attempts; ends with a reply, with a failure that cannot be repeated, or by cancellation.</summary>
    public async ValueTask<Attempt<TReply>> RunAsync<TReply>(
        UserCall call, Func<IKeyValueStore, Task<TReply>> send, CancellationToken cancel)
    {
        _members.OnCall();

        // Nearly every call ends with its first attempt: only one that failed is worth a pipeline, whose first attempt it is.
        Attempt<TReply>? first = await TryOnceAsync(call, send, cancel).ConfigureAwait(false);
        return first is not { Failure.MayBeRepeated: true }
            ? first
            : await _pipeline.ExecuteAsync(
                async token => Interlocked.Exchange(ref first, null) ?? await TryOnceAsync(call, send, token).ConfigureAwait(false), cancel).ConfigureAwait(false);
    }

    // No limit on the attempts: the call's deadline is the limit.
    private RetryStrategyOptions Retry(Random random)
    {
        return new RetryStrategyOptions
        {
            MaxRetryAttempts = int.MaxValue,
            MaxDelay = _options.BackOffMax,
            ShouldHandle = a => ValueTask.FromResult(a.Outcome.Result is Attempt { Failure.MayBeRepeated: true, IsLast: false }),
            DelayGenerator = a => ValueTask.FromResult<TimeSpan?>(DelayBefore(a.AttemptNumber + 1, (Attempt)a.Outcome.Result!, random)),
        };
    }

    // A replica that is not there, or fenced, says nothing about the next one: go round all of them before backing off. Polly's own pauses would grow with
    // attempts that cost none.
    private TimeSpan DelayBefore(int attempt, Attempt failed, Random random)
    {
        bool roundOver = attempt % _rotation.Count == 0;
        return !roundOver && failed.Failure!.OnlyOfItself ? TimeSpan.Zero : PauseOf(failed.Call!.Pauses++, random);
    }

    // Doubles until it is the longest. A half of it at least: whoever failed at the same time does not come back at the same time.
    private TimeSpan PauseOf(int pausesBefore, Random random)
    {
        double longest = Math.Min(_options.BackOffMax.TotalMilliseconds, _options.BackOffFirst.TotalMilliseconds * Math.Pow(2, pausesBefore));
        return TimeSpan.FromMilliseconds(longest * (1 + random.NextDouble()) / 2);
    }

    private async ValueTask<Attempt<TReply>> TryOnceAsync<TReply>(
        UserCall call, Func<IKeyValueStore, Task<TReply>> send, CancellationToken cancel)
    {
        ReplicaPlace place = _rotation.Current;
        int replica = place.Replica;
        if (call.LastFailure is { MayBeRepeated: true } before && WouldEndInDoubt(call))
        {
            // Other calls have heard meanwhile that there is no majority.
            return new Attempt<TReply>(replica, before, default) { IsLast = true, Call = call };
        }

        TimeSpan patience = call.AttemptTimeout < _patience ? call.AttemptTimeout.Value : _patience;
        PipeliningStore? lane = null;
        long? sentAt = null;
        var departure = new RequestDeparture();
        try
        {
            IKeyValueStore channel = await _channels.OpenAsync(place, cancel).ConfigureAwait(false);
            cancel.ThrowIfCancellationRequested();
            lane = channel as PipeliningStore;
            if (lane is not null && !call.IsRead)
            {
                lane.MayLeave = () => !WouldAnswerTooLate(call);
            }

            if (_options.Logger.IsEnabled(LogLevel.Debug))
            {
                Log.Attempt(_options.Logger, call.Operation, replica, call.Attempts + 1);
            }

            sentAt = _time.GetTimestamp();
            TReply reply = await AnswerAsync(SendAsync(send, channel, departure), lane, patience, cancel).ConfigureAwait(false);
            if (reply is null)
            {
                throw new ProtocolException($"What {Names.Replica(replica)} answered is nil.");
            }

            call.Sent(replica);
            OnAnswered(call, place);
            return new Attempt<TReply>(replica, null, reply);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            if (lane is { IsWithdrawn: true })
            {
                call.Failed(new AttemptFailure(FailureKind.NotSent, $"{Names.Replica(replica)} had not answered the calls before this one by then"));
            }
            else if (sentAt is { } since)
            {
                OnCutShort(call, place, lane?.LeftAt ?? since, patience, hasLeft: !departure.TryTakeBack());
            }

            throw;
        }
        catch (NotLeftException e)
        {
            return Failed<TReply>(call, place, new AttemptFailure(FailureKind.NotSent, $"{Names.Replica(replica)}: {e.Message}"));
        }
        catch (Exception e) when (AttemptFailure.Read(e, replica, patience, place.IsSecure) is { } failure)
        {
            call.Sent(replica);

            // Whatever it was, it came before anything was sent.
            return Failed<TReply>(call, place, failure.Kind == FailureKind.Unknown && departure.TryTakeBack() ? failure with { Kind = FailureKind.NotSent } : failure);
        }
        catch (Exception e) when (sentAt is not null)
        {
            // Nobody knows how that came, nor what became of the call.
            call.Sent(replica);
            call.Failed(new AttemptFailure(FailureKind.Unknown, $"the call to {Names.Replica(replica)} failed as it should not ({e.Message.TrimEnd('.')})"));
            throw;
        }
    }

    // What comes of the attempt, such as a look at the members, is not this request.
    private static Task<TReply> SendAsync<TReply>(Func<IKeyValueStore, Task<TReply>> send, IKeyValueStore channel, RequestDeparture departure)
    {
        try
        {
            RequestDeparture.Current = departure;
            return send(channel);
        }
        finally
        {
            RequestDeparture.Current = null;
        }
    }

    // A call that waits for the messages before it has its time to be answered from when it leaves, and as long to leave; one that has not left by then, or when it is given up,
    // is taken out and never leaves.
    private async Task<TReply> AnswerAsync<TReply>(Task<TReply> answer, PipeliningStore? lane, TimeSpan patience, CancellationToken cancel)
    {
        TimeSpan left = patience;
        while (true)
        {
            try
            {
                return await Patience.WaitAsync(answer, left, _time, cancel).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (lane is not null)
            {
                lane.Withdraw();
                throw;
            }
            catch (TimeoutException late) when (lane is not null && !answer.IsCompleted)
            {
                lane.Withdraw();
                if (lane.IsWithdrawn)
                {
                    throw new NotLeftException($"within {Names.Time(patience)} it had not answered the calls before this one", late);
                }

                left = lane.LeftAt is { } leftAt ? patience - _time.GetElapsedTime(leftAt) : TimeSpan.Zero;
                if (left <= TimeSpan.Zero)
                {
                    throw;
                }
            }
        }
    }

    private void OnAnswered(UserCall call, ReplicaPlace place)
    {
        _rotation.OnAnswered();
        _unanswered.OnAnswered(place);
        if (!call.IsRead)
        {
            _majority.OnWritten();
        }
    }

    // Its deadline or its caller ended it before the replica's time was over. Where the replica has answered nothing for half of that time, over all such calls, it hangs as far
    // as anybody can tell, and none of them would ever leave it; a caller that cancels at once says nothing of it, nor one that waited for changes.
    private void OnCutShort(UserCall call, ReplicaPlace place, long since, TimeSpan patience, bool hasLeft)
    {
        call.Sent(place.Replica);
        call.Failed(hasLeft
            ? new AttemptFailure(FailureKind.Unknown, $"{Names.Replica(place.Replica)} had not answered by then")
            : new AttemptFailure(FailureKind.NotSent, $"there was no connection to {Names.Replica(place.Replica)} by then"));
        if (!call.IsLongPoll && _unanswered.Add(place, since) >= patience / 2)
        {
            MoveOnFrom(place);
        }
    }

    private Attempt<TReply> Failed<TReply>(UserCall call, ReplicaPlace place, AttemptFailure failure)
    {
        if (failure.Final is StorageFullException && call.MayHaveTakenEffect)
        {
            // It refuses what is new, and says nothing of an earlier attempt, of which some replica may yet tell.
            failure = failure with { Kind = FailureKind.NoEffect };
        }

        call.Failed(failure, place.Replica);
        if (failure.Waited > TimeSpan.Zero)
        {
            _majority.Note(place.Replica, failure.Waited);
        }

        Log.AttemptFailed(_options.Logger, call.Operation, call.Attempts, failure.Sentence);
        if (failure.MayBeRepeated)
        {
            MoveOnFrom(place);
        }

        return new Attempt<TReply>(place.Replica, failure, default) { IsLast = WouldEndInDoubt(call), Call = call };
    }

    private void MoveOnFrom(ReplicaPlace place)
    {
        if (_rotation.MoveOnFrom(place) is var next && next != place)
        {
            Log.MovedOn(_options.Logger, place.Replica, next.Replica);
        }

        _members.OnAttemptFailed(place);
    }

    // No majority is there, as far as can be told: all were asked, or so many waited for one in vain, in this call or in others meanwhile, that the others are none. None has
    // executed it, and an answer as late as the latest so far would come after the deadline.
    private bool WouldEndInDoubt(UserCall call) =>
        WouldAnswerTooLate(call) && (call.Attempts >= _rotation.Count || _majority.Since(call.StartedAt).Replicas > _rotation.Count / 2);

    // Some replica waited for a majority in vain, and if the next one does it says so after the deadline. A call that comes to a replica that is free asks it all the same; one that
    // waits for others there does not.
    private bool WouldAnswerTooLate(UserCall call) =>
        call is { IsRead: false, MayHaveTakenEffect: false } && _majority.Since(call.StartedAt) is { Replicas: > 0, Longest: var longest }
        && longest > _options.OperationTimeout - _options.BackOffMax - _time.GetElapsedTime(call.StartedAt);
}
