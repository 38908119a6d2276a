using PaxosWcf.Consensus;

namespace PaxosWcf.Replication.KeyValue;

// A closed family: what makes leases, and what ends them. Time is no part of it: a replica whose clock says that a lease is over proposes its end, for the
// renewal that it knows of, and the log decides whether there was another one before.

/// <summary>Grants a lease; its name is made of the slot that this command is chosen in.</summary>
/// <param name="Identity">Whose it is; null: a repeat is another lease.</param>
/// <param name="Nonce">Keeps the names of two clusters apart.</param>
/// <param name="TimeToLiveSeconds">How long it lives without being renewed: 1..<see cref="StateMachineLimits.LeaseSecondsMax"/>.</param>
public sealed record GrantLease(ClientIdentity? Identity, long Nonce, long TimeToLiveSeconds) : KeyValueCommand;

/// <summary>Renews a lease: it lives for its whole time again. A repeat does no harm.</summary>
public sealed record KeepLease(string Lease) : KeyValueCommand;

/// <summary>Ends a lease, and removes its keys.</summary>
public sealed record RevokeLease(ClientIdentity? Identity, string Lease) : KeyValueCommand;

/// <summary>Ends a lease that was not renewed in time, and removes its keys. No client's command.</summary>
/// <param name="Lease">Its name.</param>
/// <param name="Renewals">How often it had been renewed when its time was over; renewed since, it goes on.</param>
public sealed record ExpireLease(string Lease, long Renewals) : KeyValueCommand;

/// <summary>The lease lives.</summary>
/// <param name="Slot">Where it was granted or renewed.</param>
/// <param name="Revision">The revision at that time; a lease makes none.</param>
/// <param name="Lease">Its name.</param>
/// <param name="TimeToLiveSeconds">How long it lives from now on.</param>
public sealed record LeaseLives(Slot Slot, long Revision, string Lease, long TimeToLiveSeconds) : CommandAnswer;

/// <summary>The lease is over.</summary>
/// <param name="Slot">Where.</param>
/// <param name="RevisionBefore">The revision that it found.</param>
/// <param name="Keys">How many keys went with it, each with a revision of its own.</param>
public sealed record LeaseEnded(Slot Slot, long RevisionBefore, long Keys) : CommandAnswer
{
    /// <summary>The revision after it.</summary>
    public long Revision => RevisionBefore + Keys;
}

/// <summary>Nothing was executed, for a lease that was named does not allow it.</summary>
/// <param name="Slot">Where.</param>
/// <param name="Revision">The revision at that time.</param>
/// <param name="Lease">The lease; empty where one more was asked for.</param>
/// <param name="Why">Why not.</param>
public sealed record LeaseRefused(Slot Slot, long Revision, string Lease, LeaseRefusal Why) : CommandAnswer;

/// <summary>Why a lease does not allow something.</summary>
public enum LeaseRefusal
{
    /// <summary>There is none of this name: it is over, or never was.</summary>
    NotFound = 1,

    /// <summary>There are <see cref="StateMachineLimits.LeasesMax"/>.</summary>
    TooManyLeases = 2,

    /// <summary>It would have more than <see cref="StateMachineLimits.LeaseKeysMax"/> keys.</summary>
    TooManyKeys = 3,

    /// <summary>All leases together would have more than <see cref="StateMachineLimits.LeasedKeysMax"/> keys.</summary>
    TooManyKeysOfAll = 4,
}
