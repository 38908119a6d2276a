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
    private readonly CancellationTokenSource _lost;
    private readonly Task _keeping;
    private long _renewedAt;
    private bool _isGone;
    private bool _disposed;

    internal HeldLease(StoreLeases leases, string id, TimeSpan timeToLive, long askedAt, ILogger logger, TimeProvider time)
    {
        (_leases, Id, TimeToLive, _logger, _time) = (leases, id, timeToLive, logger, time);
        _lost = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        Lost = _lost.Token;
        OnRenewed(askedAt);
        _keeping = Task.Run(KeepAsync);
    }

    /// <summary>Its name, for <see cref="Contracts.BatchOperation.LeaseId"/>.</summary>
    public string Id { get; }

    /// <summary>How long it lives without being renewed.</summary>
    public TimeSpan TimeToLive { get; }

    /// <summary>How much of that is left, by this machine's clock at this moment; zero or less: it is lost, or disposed. <see cref="Lost"/> comes by a timer, and may come a little later than this.</summary>
    public TimeSpan Remaining => Lost.IsCancellationRequested || Volatile.Read(ref _disposed) ? TimeSpan.Zero : TimeToLive - _time.GetElapsedTime(Volatile.Read(ref _renewedAt));

    /// <summary>Cancelled when the lease is lost: somebody revoked it, or it could not be renewed in time. Not when it is disposed.</summary>
    public CancellationToken Lost { get; }

    /// <summary>Ends the renewals and revokes the lease, if it may still be there. Where that cannot be within its time to live, it has ended by itself, and the log says so.
    /// One that is lost is given 2 s to be revoked.</summary>
    public ValueTask DisposeAsync() => EndAsync(patience: null);

    /// <summary>The same of one that nobody has made use of yet: it is given little time to be revoked, for whoever asked waits for that.</summary>
    internal ValueTask GiveBackAsync() => EndAsync(StoreLeases.ShortPatience);

    private async ValueTask EndAsync(TimeSpan? patience)
    {
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        await _end.CancelAsync().ConfigureAwait(false);
        try
        {
            await _keeping.ConfigureAwait(false);
        }
        finally
        {
            if (!_isGone)
            {
                await _leases.RevokeWithinAsync(Id, TimeToLive, patience ?? (Lost.IsCancellationRequested ? StoreLeases.ShortPatience : TimeToLive)).ConfigureAwait(false);
            }

            _end.Dispose();
            _lost.Dispose();
        }
    }

    // That it is lost comes by a timer, whatever the renewals are about: whoever hears of it is not called by them, and may wait for their end.
    private void OnRenewed(long askedAt)
    {
        Volatile.Write(ref _renewedAt, askedAt);
        TimeSpan left = TimeToLive - _time.GetElapsedTime(askedAt);
        _lost.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
    }

    private async Task KeepAsync()
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_end.Token, Lost);
        try
        {
            // Whoever is told that it is lost may be told before this is.
            while (!Lost.IsCancellationRequested && await RenewAsync(over.Token).ConfigureAwait(false))
            {
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested || Lost.IsCancellationRequested)
        {
            if (!_end.IsCancellationRequested)
            {
                Log.LeaseLost(_logger, Id, "it was not renewed in time");
            }
        }
        finally
        {
            // However it came that nobody renews it.
            if (!_end.IsCancellationRequested)
            {
                _lost.CancelAfter(TimeSpan.Zero);
            }
        }
    }

    // After a third of what is left: so two renewals may fail, and one that fails is repeated the sooner the less there is. False when the lease is over.
    private async Task<bool> RenewAsync(CancellationToken over)
    {
        await Task.Delay(Third(), _time, over).ConfigureAwait(false);
        Lost.ThrowIfCancellationRequested();
        long asked = _time.GetTimestamp();
        try
        {
            await _leases.KeepAliveAsync(Id, attemptTimeout: Third(), over).ConfigureAwait(false);
            OnRenewed(asked);
        }
        catch (LeaseNotFoundException gone)
        {
            _isGone = true;
            Log.LeaseLost(_logger, Id, gone.Message);
            return false;
        }
        catch (PaxosClientException failure)
        {
            Log.LeaseNotRenewed(_logger, Id, failure.Message);
        }

        return true;
    }

    private TimeSpan Third() => Remaining / 3 is var third && third > PauseMin ? third : PauseMin;
}
