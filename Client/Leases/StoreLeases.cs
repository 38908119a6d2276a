using System.Runtime.CompilerServices;
using PaxosWcf.Contracts;

namespace PaxosWcf.Client;

/// <summary>Leases of the store: keys that live only for as long as somebody says so. Thread-safe; got from
/// <see cref="PaxosKeyValueClient.Leases"/>.</summary>
/// <remarks>A key gets a lease with the put that names it, in a batch or a transaction (<see cref="BatchOperation.LeaseId"/>). When the lease is over its keys go, in one step.
/// </remarks>
public sealed class StoreLeases
{
    /// <summary>The store ends a lease by itself; one that is of no use any more is revoked so that nobody waits for that, and whoever is done with it waits no longer than this.</summary>
    internal static readonly TimeSpan ShortPatience = TimeSpan.FromSeconds(2);

    private readonly StoreCaller _caller;
    private readonly PaxosClientOptions _options;
    private readonly TimeProvider _time;

    internal StoreLeases(StoreCaller caller, PaxosClientOptions options, TimeProvider time) => (_caller, _options, _time) = (caller, options, time);

    /// <summary>Grants a lease. It lives for its time to live from the moment at which this call, or its last renewal, was sent: never less, and a little
    /// more. However often it is repeated, there is one.</summary>
    /// <param name="timeToLive">1 s to a day, in whole seconds.</param>
    /// <param name="cancel">Gives up waiting; the lease may still be granted, and ends by itself.</param>
    /// <exception cref="StoreUnavailableException">No effect.</exception>
    /// <exception cref="OutcomeUnknownException">It may have been granted; it ends by itself.</exception>
    /// <exception cref="InvalidRequestException">The time to live is not one that the store takes.</exception>
    /// <exception cref="LeaseLimitException">There are as many leases as there may be.</exception>
    /// <exception cref="StorageFullException">The store takes no puts at the moment.</exception>
    public Task<StoreAnswer<LeaseReply>> GrantAsync(TimeSpan timeToLive, CancellationToken cancel = default)
    {
        int seconds = Seconds(timeToLive);
        return _caller.MutateAsync(
            StoreOperation.Unrecorded<LeaseReply>("grant lease of", $"{seconds} s"), (store, identity) => store.GrantLeaseAsync(seconds, identity), cancel);
    }

    /// <summary>Renews a lease: it lives for its whole time again. Renewed twice it lives no less.</summary>
    /// <param name="leaseId">Its name.</param>
    /// <param name="cancel">Gives up waiting.</param>
    /// <exception cref="StoreUnavailableException">No replica answered; it may have been renewed.</exception>
    /// <exception cref="LeaseNotFoundException">It is over, and its keys are gone.</exception>
    /// <exception cref="InvalidRequestException">It is no lease's name.</exception>
    public Task<StoreAnswer<LeaseReply>> KeepAliveAsync(string leaseId, CancellationToken cancel = default) =>
        KeepAliveAsync(leaseId, attemptTimeout: null, cancel);

    /// <summary>The same, where one replica that hangs must not take the time that there is.</summary>
    /// <param name="leaseId">Its name.</param>
    /// <param name="attemptTimeout">How long one replica may take before another is asked; null, or more than <see cref="PaxosClientOptions.AttemptTimeout"/>: as long as that.
    /// Two ninths of the time to live leave time for three replicas after a third of it.</param>
    /// <param name="cancel">Gives up waiting.</param>
    /// <exception cref="StoreUnavailableException">No replica answered; it may have been renewed.</exception>
    /// <exception cref="LeaseNotFoundException">It is over, and its keys are gone.</exception>
    /// <exception cref="InvalidRequestException">It is no lease's name.</exception>
    /// <remarks>Without an identity: a renewal may be executed twice.</remarks>
    public Task<StoreAnswer<LeaseReply>> KeepAliveAsync(string leaseId, TimeSpan? attemptTimeout, CancellationToken cancel = default)
    {
        CheckName(leaseId);
        return _caller.ReadAsync(
            StoreOperation.Unrecorded<LeaseReply>("renew lease", leaseId), store => store.KeepLeaseAliveAsync(leaseId), attemptTimeout, cancel);
    }

    /// <summary>Ends a lease and removes its keys, as one step; a lease that is not there is an answer, not a failure.</summary>
    /// <param name="leaseId">Its name.</param>
    /// <param name="cancel">Gives up waiting; it may still be revoked.</param>
    /// <exception cref="StoreUnavailableException">No effect.</exception>
    /// <exception cref="OutcomeUnknownException">It may have been revoked.</exception>
    /// <exception cref="InvalidRequestException">It is no lease's name.</exception>
    public Task<StoreAnswer<RevokeLeaseReply>> RevokeAsync(string leaseId, CancellationToken cancel = default)
    {
        CheckName(leaseId);
        return _caller.MutateAsync(
            StoreOperation.Unrecorded<RevokeLeaseReply>("revoke lease", leaseId), (store, identity) => store.RevokeLeaseAsync(leaseId, identity), cancel);
    }

    /// <summary>Tells which keys a lease has; a lease that is not there is an answer, not a failure.</summary>
    /// <param name="leaseId">Its name.</param>
    /// <param name="consistency">What the read promises.</param>
    /// <param name="cancel">Gives up waiting.</param>
    /// <exception cref="StoreUnavailableException">No replica answered.</exception>
    /// <exception cref="InvalidRequestException">It is no lease's name.</exception>
    public Task<StoreAnswer<GetLeaseReply>> GetAsync(
        string leaseId, ReadConsistency consistency = ReadConsistency.Linearizable, CancellationToken cancel = default)
    {
        CheckName(leaseId);
        return _caller.ReadAsync(StoreOperation.Unrecorded<GetLeaseReply>("get lease", leaseId), store => store.GetLeaseAsync(leaseId, consistency), cancel);
    }

    /// <summary>Tells which leases there are, in the order of their names. Together they are no snapshot; one that is there all the time is told once, but for serializable
    /// reads, where a page may come from a replica that lags.</summary>
    /// <param name="consistency">What each read promises.</param>
    /// <param name="cancel">Ends the enumeration, with OperationCanceledException.</param>
    /// <exception cref="StoreUnavailableException">No replica answered within the operation time-out.</exception>
    public async IAsyncEnumerable<LeaseSummary> ListAsync(
        ReadConsistency consistency = ReadConsistency.Linearizable, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        for (string? next = ""; next is not null;)
        {
            string from = next;
            StoreAnswer<LeasesReply> page = await _caller.ReadAsync(
                StoreOperation.Unrecorded<LeasesReply>("list leases from", from), store => store.LeasesAsync(from.Length == 0 ? null : from, consistency), cancel).ConfigureAwait(false);
            foreach (LeaseSummary lease in page.Reply.Leases)
            {
                yield return lease;
            }

            next = page.Reply.Next;
        }
    }

    /// <summary>Grants a lease, and renews it in the background until it is disposed, which revokes it, or lost.</summary>
    /// <param name="timeToLive">1 s to a day, in whole seconds. How long its keys outlive this process; and how long the store may be out of reach before the
    /// lease is lost. A replica is given two ninths of it to answer a renewal, or <see cref="PaxosClientOptions.AttemptTimeout"/> if that is less; then another is asked.</param>
    /// <param name="cancel">Gives up waiting; the lease may still be granted, and ends by itself.</param>
    /// <exception cref="StoreUnavailableException">It was not granted, or could not be renewed after the answer had taken half of its time; then it is revoked, or ends by itself.</exception>
    /// <exception cref="OutcomeUnknownException">It may have been granted; it ends by itself.</exception>
    /// <exception cref="InvalidRequestException">The time to live is not one that the store takes.</exception>
    /// <exception cref="LeaseLimitException">There are as many leases as there may be.</exception>
    /// <exception cref="StorageFullException">The store takes no puts at the moment.</exception>
    /// <exception cref="LeaseNotFoundException">The answer was so long in coming that the lease is over.</exception>
    public async Task<HeldLease> HoldAsync(TimeSpan timeToLive, CancellationToken cancel = default)
    {
        long asked = _time.GetTimestamp();
        StoreAnswer<LeaseReply> answer = await GrantAsync(timeToLive, cancel).ConfigureAwait(false);
        if (_time.GetElapsedTime(asked) > timeToLive / 2)
        {
            // Half of its time went by until the answer came.
            asked = _time.GetTimestamp();
            try
            {
                await KeepAliveAsync(answer.Reply.LeaseId, cancel).ConfigureAwait(false);
            }
            catch (Exception failure) when (failure is not LeaseNotFoundException)
            {
                // Nobody will renew it: it would keep its place for the rest of its time.
                await RevokeWithinAsync(answer.Reply.LeaseId, timeToLive, ShortPatience).ConfigureAwait(false);
                throw;
            }
        }

        return new HeldLease(this, answer.Reply.LeaseId, TimeSpan.FromSeconds(answer.Reply.TimeToLiveSeconds), asked, _options.Logger, _time);
    }

    /// <summary>Revokes a lease that ends by itself anyway: where that cannot be within a time, the log says so.</summary>
    internal async Task RevokeWithinAsync(string lease, TimeSpan timeToLive, TimeSpan patience)
    {
        using var deadline = new CancellationTokenSource(patience < timeToLive ? patience : timeToLive, _time);
        try
        {
            await RevokeAsync(lease, deadline.Token).ConfigureAwait(false);
        }
        catch (PaxosClientException failure)
        {
            Log.LeaseNotRevoked(_options.Logger, lease, timeToLive.TotalSeconds, failure.Message);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            Log.LeaseNotRevoked(_options.Logger, lease, timeToLive.TotalSeconds, "nobody answered in time");
        }
    }

    /// <summary>The clock of the client.</summary>
    internal TimeProvider Time => _time;

    private static int Seconds(TimeSpan timeToLive)
    {
        if (timeToLive.Ticks % TimeSpan.TicksPerSecond != 0)
        {
            throw new InvalidRequestException("timeToLive", $"The time to live is {timeToLive.TotalSeconds} s; whole seconds are taken.");
        }

        int seconds = (int)Math.Clamp(timeToLive.TotalSeconds, int.MinValue, int.MaxValue);
        Refuse(LeaseRules.CheckTimeToLive(seconds));
        return seconds;
    }

    private static void CheckName(string leaseId) => Refuse(LeaseRules.CheckName(leaseId));

    private static void Refuse(InvalidRequestFault? fault)
    {
        if (fault is not null)
        {
            throw new InvalidRequestException(fault.Field, fault.Reason);
        }
    }
}
