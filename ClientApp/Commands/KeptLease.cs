using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

/// <summary>A lease that is renewed again and again in the foreground, each renewal shown as a result of its own.</summary>
/// <param name="context">What the verb works with.</param>
/// <param name="lease">Its name.</param>
internal sealed class KeptLease(VerbContext context, string lease)
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    /// <summary>Renews it until it is over, with LeaseNotFoundException, or until it is cancelled.</summary>
    /// <exception cref="StoreUnavailableException">The first renewal was not answered. Later ones are tried again: nobody but the store says that it is over.</exception>
    public async Task<VerbResult> KeepAsync(CancellationToken cancel)
    {
        StoreAnswer<LeaseReply> renewed = await RenewAsync(patience: null, cancel);
        while (true)
        {
            context.Printer.PrintLine(LeaseText.Renewed(renewed));

            // It lives from the moment at which the renewal was sent.
            var timeToLive = TimeSpan.FromSeconds(renewed.Reply.TimeToLiveSeconds);
            TimeSpan pause = (timeToLive / 3) - renewed.Elapsed;
            await Task.Delay(pause > TimeSpan.Zero ? pause : TimeSpan.Zero, context.Time, cancel);
            renewed = await RenewAgainAsync(timeToLive * 2 / 9, cancel);
        }
    }

    private Task<StoreAnswer<LeaseReply>> RenewAsync(TimeSpan? patience, CancellationToken cancel) =>
        context.Connection.Store.Leases.KeepAliveAsync(lease, patience, cancel);

    // A replica that hangs must not cost the lease: as one that is held, two ninths of its time.
    private async Task<StoreAnswer<LeaseReply>> RenewAgainAsync(TimeSpan patience, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                return await RenewAsync(patience, cancel);
            }
            catch (StoreUnavailableException failure)
            {
                context.Printer.PrintLine(Failures.Result("lease", "keep", failure));
            }

            await Task.Delay(PauseAfterFailure, context.Time, cancel);
        }
    }
}
