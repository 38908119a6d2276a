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
    private readonly TimeProvider _time;
    private readonly ResiliencePipeline _pipeline;

    public AttemptLoop(
        IChannelSource<IKeyValueStore> channels, PaxosClientOptions options, ReplicaRotation rotation, MemberWatch members,
        TimeProvider time, Random random)
    {
        (_channels, _options, _rotation, _members, _time) = (channels, options, rotation, members, time);
        _pipeline = new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(Retry(random)).Build();
    }

    /// <summary>Runs the attempts; ends with a reply, with a failure that cannot be repeated, or by cancellation.</summary>
    public async ValueTask<Attempt<TReply>> RunAsync<TReply>(
        UserCall call, Func<IKeyValueStore, Task<TReply>> send, CancellationToken cancel)
    {
        _members.OnCall();

        // Nearly every call ends with its first attempt: only one that failed is worth a pipeline, whose first attempt it is.
        Attempt<TReply>? first = await TryOnceAsync(call, send, cancel);
        return first is not { Failure.MayBeRepeated: true }
            ? first
            : await _pipeline.ExecuteAsync(
                async token => Interlocked.Exchange(ref first, null) ?? await TryOnceAsync(call, send, token), cancel);
    }

    // No limit on the attempts: the call's deadline is the limit.
    private RetryStrategyOptions Retry(Random random)
    {
        return new RetryStrategyOptions
        {
            MaxRetryAttempts = int.MaxValue,
            Delay = _options.BackOffFirst,
            MaxDelay = _options.BackOffMax,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Randomizer = random.NextDouble,
            ShouldHandle = a => ValueTask.FromResult(a.Outcome.Result is Attempt { Failure.MayBeRepeated: true, IsLast: false }),
            DelayGenerator = a => ValueTask.FromResult(DelayBefore(a.AttemptNumber + 1, a.Outcome.Result)),
        };
    }

    // A replica that is not there, or fenced, says nothing about the next one: go round all of them before backing off.
    private TimeSpan? DelayBefore(int attempt, object? result)
    {
        bool roundOver = attempt % _rotation.Count == 0;
        return !roundOver && result is Attempt { Failure.OnlyOfItself: true } ? TimeSpan.Zero : null;
    }

    private async ValueTask<Attempt<TReply>> TryOnceAsync<TReply>(
        UserCall call, Func<IKeyValueStore, Task<TReply>> send, CancellationToken cancel)
    {
        ReplicaPlace place = _rotation.Current;
        int replica = place.Replica;
        TimeSpan patience = call.AttemptTimeout < _options.AttemptTimeout ? call.AttemptTimeout.Value : _options.AttemptTimeout;
        bool sent = false;
        try
        {
            IKeyValueStore channel = await _channels.OpenAsync(place, cancel);
            cancel.ThrowIfCancellationRequested();
            sent = true;
            call.Sent(replica);
            if (_options.Logger.IsEnabled(LogLevel.Debug))
            {
                Log.Attempt(_options.Logger, call.Operation, replica, call.Attempts);
            }

            TReply reply = await Patience.WaitAsync(send(channel), patience, _time, cancel);
            _rotation.OnAnswered();
            return new Attempt<TReply>(replica, null, reply);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            if (sent)
            {
                call.Failed(new AttemptFailure(FailureKind.Unknown, $"{Names.Replica(replica)} had not answered by then"));
            }

            throw;
        }
        catch (Exception e) when (AttemptFailure.Read(e, replica, patience, place.IsSecure) is { } failure)
        {
            return Failed<TReply>(call, place, failure);
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
        Log.AttemptFailed(_options.Logger, call.Operation, call.Attempts, failure.Sentence);
        if (failure.MayBeRepeated && _rotation.MoveOnFrom(place) is var next && next != place)
        {
            Log.MovedOn(_options.Logger, place.Replica, next.Replica);
        }

        if (failure.MayBeRepeated)
        {
            _members.OnAttemptFailed(place);
        }

        return new Attempt<TReply>(place.Replica, failure, default) { IsLast = WouldEndInDoubt(call) };
    }

    // No majority is there, as far as can be told: all were asked, or so many waited for one in vain that the others are none. None has executed it, and an answer as
    // late as the latest so far would come after the deadline.
    private bool WouldEndInDoubt(UserCall call) =>
        call is { IsRead: false, MayHaveTakenEffect: false, WithoutMajority.Count: > 0 } && (call.Attempts >= _rotation.Count || call.WithoutMajority.Count > _rotation.Count / 2)
        && call.LongestWait > _options.OperationTimeout - _options.BackOffMax - _time.GetElapsedTime(call.StartedAt);
}
