using System.ServiceModel;
using PaxosWcf.Contracts;

namespace PaxosWcf.Client;

/// <summary>Calls of one kind to one replica. As long as no more callers share it than messages may be under way, each call goes
/// at once in a message of its own. Where more do, one message at a time carries all that wait.</summary>
/// <remarks>No timer is involved. But the callers of a message that has ended come back with their next calls all at once:
/// the first of them would go alone, and the others wait for it, or two callers would take turns. So where calls wait when a message
/// has ended, the next one goes when no more come, which is when the pool's threads have run those callers.</remarks>
/// <param name="channel">The replica.</param>
/// <param name="messagesMax">How many messages may be under way at once.</param>
/// <param name="time">The clock.</param>
/// <param name="noMajority">Told, before anything else leaves, how long the replica waited for a majority in vain.</param>
internal sealed class CallLane(IKeyValueStore channel, int messagesMax, TimeProvider time, Action<TimeSpan> noMajority)
{
    private const int LooksMax = 8;

    private readonly Lock _lock = new();

    // As many as there are callers: whoever gives up takes what is its out again.
    private readonly LinkedList<PipelinedWait> _waiting = [];
    private int _underWay;

    // How many calls go together of late.
    private int _together = 1;
    private volatile bool _takesNoPipelines;

    /// <summary>Sends a call, or has it wait for the next message.</summary>
    /// <param name="call">What is asked.</param>
    /// <param name="alone">Sends it in a message of its own.</param>
    /// <param name="replyOf">Finds its answer in a pipelined reply.</param>
    /// <param name="mayLeave">Asked before it leaves, if it had to wait; null: it may. It must not call anything of the lane's.</param>
    /// <param name="waits">For <see cref="TryWithdraw"/>; null: it has left.</param>
    public Task<TReply> CallAsync<TReply>(
        PipelinedCall call, Func<IKeyValueStore, Task<TReply>> alone, Func<PipelinedReply, TReply?> replyOf, Func<bool>? mayLeave, out PipelinedWait? waits)
        where TReply : class
    {
        PipelinedWait<TReply>? wait = null;
        lock (_lock)
        {
            if (!_takesNoPipelines && (IsShared || _underWay >= messagesMax || _waiting.Count > 0))
            {
                waits = wait = new PipelinedWait<TReply>(call, alone, replyOf) { MayLeave = mayLeave };
                wait.Place = _waiting.AddLast(wait);
                if (_underWay > 0)
                {
                    return wait.Answer;
                }
            }

            _underWay++;
        }

        waits = wait;

        // Whoever is first sends for all others: they must not need its thread, that of a user interface perhaps.
        bool isBound = SynchronizationContext.Current is not null;
        if (wait is null)
        {
            return isBound ? Task.Run(() => AloneAsync(alone)) : AloneAsync(alone);
        }

        _ = isBound ? Task.Run(GoOnAsync) : GoOnAsync();
        return wait.Answer;
    }

    /// <summary>Takes a call back that waits: it never leaves.</summary>
    /// <returns>False: it has left.</returns>
    public bool TryWithdraw(PipelinedWait wait)
    {
        lock (_lock)
        {
            if (wait.Place is not { List: not null } place)
            {
                return false;
            }

            _waiting.Remove(place);
            return true;
        }
    }

    private bool IsShared => Volatile.Read(ref _together) > messagesMax;

    private async Task<TReply> AloneAsync<TReply>(Func<IKeyValueStore, Task<TReply>> alone)
    {
        try
        {
            return await alone(channel);
        }
        catch (Exception e)
        {
            OnFailed(e);
            throw;
        }
        finally
        {
            _ = GoOnAsync();
        }
    }

    // A message has ended: its place goes to what waits, until nothing does. Whatever goes wrong is told to those who wait.
    private async Task GoOnAsync()
    {
        await GatherAsync();
        while (TakeNext() is { Count: > 0 } next)
        {
            await SendAsync(next);
            await GatherAsync();
        }
    }

    private async Task GatherAsync()
    {
        int last = -1;
        for (int looks = 0; looks < LooksMax && Waiting() is var now && now > last && now < StoreLimits.PipelineCallsMax; looks++)
        {
            last = now;
            if (now > 0 || IsShared)
            {
                await Task.Yield();
            }
        }
    }

    private int Waiting()
    {
        lock (_lock)
        {
            return _waiting.Count;
        }
    }

    private List<PipelinedWait> TakeNext()
    {
        lock (_lock)
        {
            var next = new List<PipelinedWait>();
            long bytes = 0;
            long? now = null;
            bool another = IsShared && _underWay > 1;
            while (!another && next.Count < StoreLimits.PipelineCallsMax && _waiting.First?.Value is { } wait
                && (next.Count == 0 || bytes + wait.Bytes <= StoreLimits.PipelineBytesMax))
            {
                _waiting.RemoveFirst();
                if (wait.MayLeave?.Invoke() == false)
                {
                    wait.OnFailed(new NotLeftException("it was not asked any more, for it would have answered too late"));
                    continue;
                }

                bytes += wait.Bytes;
                wait.LeftAt = now ??= time.GetTimestamp();
                next.Add(wait);
            }

            if (next.Count == 0)
            {
                _underWay--;
            }
            else
            {
                _together = Math.Max(next.Count, _together / 2);
            }

            return next;
        }
    }

    private Task SendAsync(List<PipelinedWait> calls)
    {
        return calls.Count == 1 || _takesNoPipelines
            ? Task.WhenAll(calls.Select(call => call.SendAloneAsync(channel, OnFailed)))
            : SendTogetherAsync(calls);
    }

    private async Task SendTogetherAsync(List<PipelinedWait> calls)
    {
        // It is not one call's to take back.
        RequestDeparture.Current = null;
        try
        {
            PipelinedReply[] replies = await channel.PipelineAsync([.. calls.Select(call => call.Call)]);
            if (replies?.Length != calls.Count || Array.Exists(replies, reply => reply is null))
            {
                throw new ProtocolException($"A pipeline of {calls.Count} calls was answered with {replies?.Length ?? 0} replies, or with one that is nil.");
            }

            if (Array.Find(replies, reply => reply.Fault?.NoQuorum is not null) is { Fault.NoQuorum: { } fault })
            {
                noMajority(TimeSpan.FromMilliseconds(fault.WaitedMilliseconds));
            }

            var leftOut = new List<PipelinedWait>();
            for (int i = 0; i < replies.Length; i++)
            {
                if (replies[i].Fault is { Overloaded.Limit: nameof(StoreLimits.PipelineReplyBytesMax) })
                {
                    leftOut.Add(calls[i]);
                }
                else
                {
                    calls[i].OnReply(replies[i]);
                }
            }

            // No answer has room for all of these values; the first of a message always has, so this ends.
            if (leftOut.Count > 0)
            {
                await SendAsync(leftOut);
            }
        }
        catch (ActionNotSupportedException)
        {
            // A replica of an older version: it executed nothing, and takes each call alone.
            _takesNoPipelines = true;
            await SendAsync(calls);
        }
        catch (CommunicationException e) when (e.InnerException is QuotaExceededException && calls.TrueForAll(call => call.IsRead))
        {
            // A replica of an older version, that answers with more than is read here.
            int half = calls.Count / 2;
            await SendAsync(calls[..half]);
            await SendAsync(calls[half..]);
        }
        catch (Exception e)
        {
            OnFailed(e);
            calls.ForEach(call => call.OnFailed(e));
        }
    }

    private void OnFailed(Exception failure)
    {
        if (failure is FaultException<NoQuorumFault> { Detail: var fault })
        {
            noMajority(TimeSpan.FromMilliseconds(fault.WaitedMilliseconds));
        }
    }
}
