using PaxosWcf.Replication;

namespace PaxosWcf.ReplicaHost.Faults;

/// <summary>Fails and revives this replica's acceptor, by hand or by schedule, and logs each.</summary>
internal sealed class AcceptorFaultLab(int replica, bool isOn, ReplicaLoop loop, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>Longest time that an acceptor is failed for, in milliseconds: an hour.</summary>
    public const int DownMillisecondsMax = 3_600_000;

    private readonly SemaphoreSlim _gate = new(1);
    private volatile bool _up = true;
    private long _failures;

    // Which failure a timed recovery belongs to: one that was revived by hand and failed again stays down.
    private long _generation;

    /// <summary>Whether faults may be injected here at all.</summary>
    public bool IsOn => isOn;

    /// <summary>Whether the acceptor is up.</summary>
    public bool AcceptorUp => _up;

    /// <summary>How often it failed since the process started.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>Fails the acceptor. False when it is down already.</summary>
    /// <param name="down">For how long; null until <see cref="ReviveAsync"/>.</param>
    /// <param name="why">For the log.</param>
    public async Task<bool> FailAsync(TimeSpan? down, string why)
    {
        await _gate.WaitAsync();
        try
        {
            if (!await SwitchAsync(up: false))
            {
                return false;
            }

            var generation = ++_generation;
            Interlocked.Increment(ref _failures);
            HostLog.AcceptorFailed(
                logger, replica, down is { } time ? $"for {time.TotalSeconds:0.0} s" : "until it is revived", why);
            if (down is { } span)
            {
                _ = RecoverLaterAsync(span, generation);
            }

            return true;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Restarts the acceptor from its disk. False when it is up already.</summary>
    public Task<bool> ReviveAsync(string why) => ReviveIfAsync(why, generation: null);

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private async Task<bool> ReviveIfAsync(string why, long? generation)
    {
        await _gate.WaitAsync();
        try
        {
            if ((generation is not null && generation != _generation) || !await SwitchAsync(up: true))
            {
                return false;
            }

            HostLog.AcceptorRecovered(logger, replica, why);
            return true;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task RecoverLaterAsync(TimeSpan down, long generation)
    {
        try
        {
            await Task.Delay(down, time);
            await ReviveIfAsync("its down time is over", generation);
        }
        catch (Exception error) when (error is ObjectDisposedException or System.Threading.Channels.ChannelClosedException)
        {
            HostLog.RecoveryGivenUp(logger, replica);
        }
    }

    private async Task<bool> SwitchAsync(bool up)
    {
        var report = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!up)
        {
            _up = false;
        }

        await loop.PostAsync(new AcceptorSwitched(up, report.SetResult), CancellationToken.None);
        var changed = await loop.AnswerAsync(report.Task);
        _up = up;
        return changed;
    }
}
