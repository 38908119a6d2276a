using System.Text;
using PaxosWcf.Contracts;

namespace PaxosWcf.Client;

/// <summary>A lock that is held: at most one holder at a time, in the order in which they asked, for as long as a lease lives. Disposing it gives it back.</summary>
/// <remarks>
/// Whoever asks puts a key <c>NAME/LEASE</c> that lives by a lease of its own; the one whose key was created first holds the lock, and each of the others waits
/// for the key before its own to go (Burrows, <i>The Chubby lock service</i>, 2.4, for the fencing number; the queue is that of ZooKeeper's recipes and etcd's concurrency package).
/// No lock can stop a holder that was asleep while its lease ended: whoever must not be written to by such a one compares <see cref="FencingNumber"/>
/// with the highest that it has seen; what is in the store itself is written in a transaction with <see cref="IsHeld"/> among its comparisons.
/// To take a lock from its holder, revoke the holder's lease, whose name is in the key: the holder is told. Whoever deletes or writes the key itself does not tell it.
/// </remarks>
public sealed class StoreLock : IAsyncDisposable
{
    /// <summary>Longest name, in bytes of UTF-8: its key has the lease's name too.</summary>
    public const int NameBytesMax = StoreLimits.KeyBytesMax - StoreLimits.LeaseCharsMax - 1;

    // Whoever waits looks again after this time, should the key before its own stay though its lease is over: somebody else has written it.
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(12);

    private readonly HeldLease _lease;

    private StoreLock(HeldLease lease, string key, long fencingNumber) => (_lease, Key, FencingNumber) = (lease, key, fencingNumber);

    /// <summary>Rises with each holder of the lock: the revision that the holder's key was created at.</summary>
    public long FencingNumber { get; }

    /// <summary>The holder's key.</summary>
    public string Key { get; }

    /// <summary>Cancelled when the lock is lost, as <see cref="HeldLease.Lost"/> says.</summary>
    public CancellationToken Lost => _lease.Lost;

    /// <summary>For how long it is held at least, as <see cref="HeldLease.Remaining"/> says; zero or less: it is not. Look at it, and not at <see cref="Lost"/> alone, before what must not be done
    /// without the lock: a process that stood still finds out by the clock before it does by a timer.</summary>
    public TimeSpan Remaining => _lease.Remaining;

    /// <summary>Holds in a transaction only as long as the lock is held.</summary>
    public Comparison IsHeld => Comparison.ModificationRevisionIs(Key, FencingNumber);

    /// <summary>Waits until the lock is free, and takes it.</summary>
    /// <param name="client">The store. It must not be disposed before the lock.</param>
    /// <param name="name">1..983 bytes of UTF-8. Keys that begin with it, a slash and a lease's name are the lock's.</param>
    /// <param name="timeToLive">1 s to a day, in whole seconds: how long the lock outlives a holder that dies.</param>
    /// <param name="owner">Who asks, for people who look: the value of the key.</param>
    /// <param name="cancel">Gives up waiting; the place in the queue is given back, which is waited for 2 s at most: then it ends with its lease.</param>
    /// <exception cref="LockLostException">The lease was lost while it waited; ask again.</exception>
    /// <exception cref="LeaseNotFoundException">The answer to the grant was so long in coming that the lease is over; ask again.</exception>
    /// <exception cref="LeaseLimitException">There are as many leases, or keys of leases, as there may be.</exception>
    /// <exception cref="StoreUnavailableException">No replica answered.</exception>
    /// <exception cref="OutcomeUnknownException">The same, and what was put goes by itself when its lease ends.</exception>
    /// <exception cref="InvalidRequestException">The name or the time to live is not one that the store takes.</exception>
    public static async Task<StoreLock> AcquireAsync(
        PaxosKeyValueClient client, string name, TimeSpan timeToLive, string owner = "", CancellationToken cancel = default)
    {
        Check(name);
        HeldLease lease = await client.Leases.HoldAsync(timeToLive, cancel).ConfigureAwait(false);
        try
        {
            using var given = CancellationTokenSource.CreateLinkedTokenSource(cancel, lease.Lost);
            string key = $"{name}/{lease.Id}";
            StoreAnswer<BatchReply> put = await client.BatchAsync([BatchOperation.Put(key, Encoding.UTF8.GetBytes(owner), lease.Id)], given.Token).ConfigureAwait(false);
            long fencingNumber = put.Reply.Operations[0].Revision;
            while (await BeforeAsync(client, name, key, fencingNumber, given.Token).ConfigureAwait(false) is { } before)
            {
                await GoneAsync(client, before, given.Token).ConfigureAwait(false);
            }

            return new StoreLock(lease, key, fencingNumber);
        }
        catch (Exception failure)
        {
            // The store may say that the lease is over before its next renewal does.
            bool isLost = failure is LeaseNotFoundException
                || (failure is OperationCanceledException && lease.Lost.IsCancellationRequested && !cancel.IsCancellationRequested);
            await lease.GiveBackAsync().ConfigureAwait(false);
            if (isLost)
            {
                throw new LockLostException(name, failure);
            }

            cancel.ThrowIfCancellationRequested();
            throw;
        }
    }

    /// <summary>Gives the lock back.</summary>
    public ValueTask DisposeAsync() => _lease.DisposeAsync();

    private static void Check(string name)
    {
        if (string.IsNullOrEmpty(name))
        {
            throw new InvalidRequestException(nameof(name), $"The name is missing or empty; it must have 1..{NameBytesMax} bytes of UTF-8.");
        }

        if (StoreRules.CheckKey(name) is { } fault)
        {
            throw new InvalidRequestException(nameof(name), fault.Reason.Replace("The key", "The name", StringComparison.Ordinal));
        }

        if (Encoding.UTF8.GetByteCount(name) is var bytes && bytes > NameBytesMax)
        {
            throw new InvalidRequestException(nameof(name), $"The name has {bytes} bytes of UTF-8; at most {NameBytesMax} are taken.");
        }
    }

    // The key that was created last before one's own by a lease that lives, and through which revision it was there; null where there is none. Own key and those before it
    // are there all the time, or gone for good: that pages are of different moments does no harm.
    private static async Task<(string Key, long SeenAt)?> BeforeAsync(
        PaxosKeyValueClient client, string name, string own, long fencingNumber, CancellationToken cancel)
    {
        var before = new List<(string Key, long SeenAt, long Created)>();
        bool isThere = false;
        for (string? next = ""; next is not null;)
        {
            RangeReply page = (await client.RangeAsync($"{name}/", next, keysOnly: true, cancel: cancel).ConfigureAwait(false)).Reply;
            isThere |= page.Keys.Any(key => key.Key == own);
            before.AddRange(page.Keys.Where(key => LeaseOf(key.Key, name) is not null && key.CreateRevision < fencingNumber)
                .Select(key => (key.Key, page.Revision, key.CreateRevision)));
            next = page.More ? page.Next : null;
        }

        if (!isThere)
        {
            throw new LockLostException(name);
        }

        foreach ((string key, long seenAt, _) in before.OrderByDescending(key => key.Created))
        {
            if ((await client.Leases.GetAsync(LeaseOf(key, name)!, cancel: cancel).ConfigureAwait(false)).Reply.Found)
            {
                return (key, seenAt);
            }
        }

        return null;
    }

    private static async Task GoneAsync(PaxosKeyValueClient client, (string Key, long SeenAt) before, CancellationToken cancel)
    {
        using var again = new CancellationTokenSource(LookAgain, client.Leases.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(again.Token, cancel);
        try
        {
            await foreach (KeyChange change in client.WatchAsync(before.Key, fromRevision: before.SeenAt + 1, cancel: either.Token).ConfigureAwait(false))
            {
                if (change.Kind == KeyChangeKind.Delete)
                {
                    return;
                }
            }
        }
        catch (CompactedException)
        {
            // It has been a while: whoever waits looks who is there now.
            return;
        }
        catch (OperationCanceledException) when (again.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            return;
        }
    }

    // The lease that is named in a key; null: somebody's own key begins as the lock's do, and has no lease's name behind.
    private static string? LeaseOf(string key, string name)
    {
        string lease = key[(name.Length + 1)..];
        string[] parts = lease.Split('-');
        return parts is [{ Length: > 0 }, { Length: > 0 }, { Length: 16 }] && parts.All(part => part.All(char.IsAsciiHexDigitLower)) && LeaseRules.CheckName(lease) is null
            ? lease
            : null;
    }
}
