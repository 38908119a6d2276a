using Microsoft.Extensions.Logging;

namespace PaxosWcf.Client;

/// <summary>A lease that is renewed in the background. Disposing it revokes it, and its keys go.</summary>
/// <remarks>
/// It counts as lost once its time to live has passed, by this machine's clock, since the last renewal that was answered was sent: no replica ends it
/// before that, as long as the clocks run at about the same pace. A process that stands still (a debugger, a machine that is suspended) learns of it late:
/// what must not be done twice needs a fencing number (<see cref="StoreLock.FencingNumber"/>).
/// </remarks>
public sealed class HeldLease : IAsyncDisposable
{
    // A renewal that failed is repeated soon, but not without a pause.
    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(20);

    private readonly StoreLeases _leases;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _end = new();
    private readonly CancellationTokenSource _lost = new();
    private readonly Task _keeping;
    private long _renewedAt;
    private bool _disposed;

    internal HeldLease(StoreLeases leases, string id, TimeSpan timeToLive, long askedAt, ILogger logger, TimeProvider time)
    {
        (_leases, Id, TimeToLive, _renewedAt, _logger, _time) = (leases, id, timeToLive, askedAt, logger, time);
        Lost = _lost.Token;
        _keeping = Task.Run(KeepAsync);
    }

    /// <summary>Its name, for <see cref="Contracts.BatchOperation.LeaseId"/>.</summary>
    public string Id { get; }

    /// <summary>How long it lives without being renewed.</summary>
    public TimeSpan TimeToLive { get; }

    /// <summary>How much of that is left; zero or less: it is lost.</summary>
    public TimeSpan Remaining => Lost.IsCancellationRequested ? TimeSpan.Zero : TimeToLive - _time.GetElapsedTime(Volatile.Read(ref _renewedAt));

    /// <summary>Cancelled when the lease is lost: somebody revoked it, or it could not be renewed in time. Not when it is disposed.</summary>
    public CancellationToken Lost { get; }

    /// <summary>Ends the renewals and revokes the lease. Where that cannot be, it ends by itself when its time is over, and the log says so.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        await _end.CancelAsync();
        await _keeping;
        try
        {
            if (!Lost.IsCancellationRequested)
            {
                await _leases.RevokeAsync(Id);
            }
        }
        catch (PaxosClientException failure)
        {
            Log.LeaseNotRevoked(_logger, Id, TimeToLive.TotalSeconds, failure.Message);
        }

        _end.Dispose();
        _lost.Dispose();
    }

    private async Task KeepAsync()
    {
        try
        {
            while (await RenewAsync())
            {
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // It is disposed.
            return;
        }
        finally
        {
            // However it came that nobody renews it.
            if (!_end.IsCancellationRequested)
            {
                await _lost.CancelAsync();
            }
        }
    }

    // After a third of what is left: so two renewals may fail, and one that fails is repeated the sooner the less there is. False when the lease is lost,
    // which is said when its time is over and not a pause later.
    private async Task<bool> RenewAsync()
    {
        TimeSpan left = Remaining;
        if (left > TimeSpan.Zero)
        {
            // A timer takes whole milliseconds, and less than one would be none.
            TimeSpan rest = TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds));
            await Task.Delay(left > PauseMin * 3 ? left / 3 : left > PauseMin ? PauseMin : rest, _time, _end.Token);
            left = Remaining;
        }

        if (left <= TimeSpan.Zero)
        {
            Log.LeaseLost(_logger, Id, "it was not renewed in time");
            return false;
        }

        using var deadline = new CancellationTokenSource(left, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _end.Token);
        long asked = _time.GetTimestamp();
        try
        {
            await _leases.KeepAliveAsync(Id, either.Token);
            Volatile.Write(ref _renewedAt, asked);
        }
        catch (LeaseNotFoundException gone)
        {
            Log.LeaseLost(_logger, Id, gone.Message);
            return false;
        }
        catch (PaxosClientException failure)
        {
            Log.LeaseNotRenewed(_logger, Id, failure.Message);
        }
        catch (OperationCanceledException) when (!_end.IsCancellationRequested)
        {
            Log.LeaseNotRenewed(_logger, Id, "its time is over");
        }

        return true;
    }
}
