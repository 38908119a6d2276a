using System.Diagnostics.CodeAnalysis;
using System.ServiceModel;

namespace PaxosWcf.Contracts;

/// <summary>The store as a client sees it; it lives on a replica's client address. Any replica takes any operation.
/// Mirrors the coursework's <c>KeyValueStore</c>: put, get, delete, containsKey.</summary>
/// <remarks>A mutation may carry a <see cref="RequestIdentity"/>; then a repeat of the call, on any replica, is applied
/// once and gets the first answer. Without it a repeat is a new mutation.</remarks>
[ServiceContract(Name = "KeyValueStore", Namespace = ServiceNamespaces.Services)]
public interface IKeyValueStore
{
    /// <summary>Writes one value. Answers once a majority of replicas has it on disk and this replica has applied it.</summary>
    /// <param name="key">1..1024 bytes of UTF-8.</param>
    /// <param name="value">0..1 MiB.</param>
    /// <param name="identity">Who asks, for exactly-once; may be left out.</param>
    [OperationContract]
    [FaultContract(typeof(InvalidRequestFault))]
    [FaultContract(typeof(RequestTooLargeFault))]
    [FaultContract(typeof(StorageFullFault))]
    [FaultContract(typeof(NoQuorumFault))]
    [FaultContract(typeof(OutcomeUnknownFault))]
    [FaultContract(typeof(ReplicaFencedFault))]
    [FaultContract(typeof(SessionExpiredFault))]
    [FaultContract(typeof(OverloadedFault))]
    [FaultContract(typeof(RestoringFault))]
    Task<PutReply> PutAsync(string key, byte[] value, RequestIdentity? identity);

    /// <summary>Reads one value.</summary>
    /// <param name="key">1..1024 bytes of UTF-8.</param>
    /// <param name="consistency">Linearizable when left out.</param>
    [OperationContract]
    [FaultContract(typeof(InvalidRequestFault))]
    [FaultContract(typeof(NoQuorumFault))]
    [FaultContract(typeof(ReplicaFencedFault))]
    [FaultContract(typeof(OverloadedFault))]
    [FaultContract(typeof(RestoringFault))]
    Task<GetReply> GetAsync(string key, ReadConsistency? consistency);

    /// <summary>Removes one key; a key that is not there is an answer, not a fault.</summary>
    /// <param name="key">1..1024 bytes of UTF-8.</param>
    /// <param name="identity">Who asks, for exactly-once; may be left out.</param>
    [OperationContract]
    [FaultContract(typeof(InvalidRequestFault))]
    [FaultContract(typeof(NoQuorumFault))]
    [FaultContract(typeof(OutcomeUnknownFault))]
    [FaultContract(typeof(ReplicaFencedFault))]
    [FaultContract(typeof(SessionExpiredFault))]
    [FaultContract(typeof(OverloadedFault))]
    [FaultContract(typeof(RestoringFault))]
    Task<DeleteReply> DeleteAsync(string key, RequestIdentity? identity);

    /// <summary>Applies puts and deletes in their order as one step: all of them or none, and no reader ever sees some of
    /// them. They are one mutation, chosen in one slot, under one identity.</summary>
    /// <param name="operations">1..1024; keys and values together at most 2 MiB. A key may come more than once.</param>
    /// <param name="identity">Who asks, for exactly-once; may be left out.</param>
    [OperationContract]
    [FaultContract(typeof(InvalidRequestFault))]
    [FaultContract(typeof(RequestTooLargeFault))]
    [FaultContract(typeof(StorageFullFault))]
    [FaultContract(typeof(NoQuorumFault))]
    [FaultContract(typeof(OutcomeUnknownFault))]
    [FaultContract(typeof(ReplicaFencedFault))]
    [FaultContract(typeof(SessionExpiredFault))]
    [FaultContract(typeof(OverloadedFault))]
    [FaultContract(typeof(RestoringFault))]
    [FaultContract(typeof(LeaseNotFoundFault))]
    [FaultContract(typeof(LeaseLimitFault))]
    Task<BatchReply> BatchAsync(BatchOperation[] operations, RequestIdentity? identity);

    /// <summary>Compares some keys, and applies puts and deletes by what comes of it, all as one step: where every comparison holds those of
    /// <paramref name="then"/>, else those of <paramref name="otherwise"/>. Comparisons see the store as it is before. It is one mutation, chosen in one
    /// slot, under one identity. A comparison that does not hold is an answer, not a fault.</summary>
    /// <param name="comparisons">1..64; a key may come more than once.</param>
    /// <param name="then">0..1024, applied in their order; a key may come more than once.</param>
    /// <param name="otherwise">0..1024; may be left out: nothing is applied. All keys of comparisons and of both branches together have at most
    /// 1,114,112 bytes (1,088 of the longest), all keys and values together at most 2 MiB.</param>
    /// <param name="identity">Who asks, for exactly-once; may be left out.</param>
    [OperationContract]
    [FaultContract(typeof(InvalidRequestFault))]
    [FaultContract(typeof(RequestTooLargeFault))]
    [FaultContract(typeof(StorageFullFault))]
    [FaultContract(typeof(NoQuorumFault))]
    [FaultContract(typeof(OutcomeUnknownFault))]
    [FaultContract(typeof(ReplicaFencedFault))]
    [FaultContract(typeof(SessionExpiredFault))]
    [FaultContract(typeof(OverloadedFault))]
    [FaultContract(typeof(RestoringFault))]
    [FaultContract(typeof(LeaseNotFoundFault))]
    [FaultContract(typeof(LeaseLimitFault))]
    [SuppressMessage("Naming", "CA1716", Justification = "It is the element's name on the wire; Visual Basic writes [then].")]
    Task<TransactReply> TransactAsync(Comparison[] comparisons, BatchOperation[] then, BatchOperation[]? otherwise, RequestIdentity? identity);

    /// <summary>Tells whether a key is there, in one linearizable step.</summary>
    /// <param name="key">1..1024 bytes of UTF-8.</param>
    /// <param name="consistency">Linearizable when left out.</param>
    [OperationContract]
    [FaultContract(typeof(InvalidRequestFault))]
    [FaultContract(typeof(NoQuorumFault))]
    [FaultContract(typeof(ReplicaFencedFault))]
    [FaultContract(typeof(OverloadedFault))]
    [FaultContract(typeof(RestoringFault))]
    Task<ContainsKeyReply> ContainsKeyAsync(string key, ReadConsistency? consistency);

    /// <summary>Reads keys in the order of their bytes of UTF-8, a page at a time: those that begin with a text, from a key on and below another. A page is
    /// the store as it was at one moment; the next one is of a later moment. All parameters may be left out.</summary>
    /// <param name="prefix">What keys begin with, 0..1024 bytes of UTF-8; left out: all keys.</param>
    /// <param name="from">The first that may be among them, 0..1024 bytes of UTF-8; to go on, the Next of the page before.</param>
    /// <param name="until">The first that is beyond them, 1..1024 bytes of UTF-8; left out: none is.</param>
    /// <param name="keysMax">The most keys of the page: 1..1024; left out: 1024. A page ends at 1 MiB of keys and values too, but has one key at
    /// least.</param>
    /// <param name="keysOnly">Whether values are left out of the answer. They count as if they were in it, for they are read.</param>
    /// <param name="consistency">Linearizable when left out.</param>
    [OperationContract]
    [FaultContract(typeof(InvalidRequestFault))]
    [FaultContract(typeof(NoQuorumFault))]
    [FaultContract(typeof(ReplicaFencedFault))]
    [FaultContract(typeof(OverloadedFault))]
    [FaultContract(typeof(RestoringFault))]
    Task<RangeReply> RangeAsync(string? prefix, string? from, string? until, int? keysMax, bool? keysOnly, ReadConsistency? consistency);

    /// <summary>Opens a session for exactly-once mutations; its name goes into <see cref="RequestIdentity.Session"/>.
    /// The name is chosen through the log, so no two sessions ever share one (Raft thesis, section 6.3).</summary>
    [OperationContract]
    [FaultContract(typeof(NoQuorumFault))]
    [FaultContract(typeof(OutcomeUnknownFault))]
    [FaultContract(typeof(ReplicaFencedFault))]
    [FaultContract(typeof(OverloadedFault))]
    Task<OpenSessionReply> OpenSessionAsync();

    /// <summary>Who is in the cluster and where clients call them, in the last configuration that this replica has learned: so that
    /// a client finds members that were added or moved. It is this replica's own knowledge, and may be old.</summary>
    [OperationContract]
    [FaultContract(typeof(OverloadedFault))]
    Task<MemberReport> MembersAsync();

    /// <summary>Takes several independent calls in one message, as if each had come in a message of its own: they are
    /// executed side by side, in no order and not as one step, and each has an answer or a fault of its own. For callers
    /// with many calls under way at once, which pay for one message instead of many; the client library does so by itself.
    /// What belongs together goes into <see cref="BatchAsync"/>.</summary>
    /// <param name="calls">1..64; keys and values together at most 2 MiB.</param>
    /// <returns>One for each call, in their order.</returns>
    [OperationContract]
    [FaultContract(typeof(InvalidRequestFault))]
    [FaultContract(typeof(RequestTooLargeFault))]
    Task<PipelinedReply[]> PipelineAsync(PipelinedCall[] calls);

    /// <summary>Tells what changed: a long poll. Answers as soon as there is a change from a revision on, with all that there are by then, as
    /// far as they fit; with none when the time is over. Any replica answers from what it has applied: it may lag behind the others, but tells
    /// every change once and in order, so the next call may go to another one.</summary>
    /// <param name="key">1..1024 bytes of UTF-8; as a beginning it may be empty: all keys.</param>
    /// <param name="isPrefix">Whether it is what keys begin with; left out: one key.</param>
    /// <param name="fromRevision">The first revision of interest, which may be yet to come. Left out or 0: answers at once, with no changes
    /// and the revision that the store has, from a linearizable read: watch from the one after it.</param>
    /// <param name="changesMax">The most changes of the answer: 1..1024; left out: 1024. They also end at 1 MiB.</param>
    /// <param name="waitMilliseconds">How long to wait for the first change: 0..30,000; left out: 10,000.</param>
    [OperationContract]
    [FaultContract(typeof(InvalidRequestFault))]
    [FaultContract(typeof(CompactedFault))]
    [FaultContract(typeof(NoQuorumFault))]
    [FaultContract(typeof(ReplicaFencedFault))]
    [FaultContract(typeof(OverloadedFault))]
    [FaultContract(typeof(RestoringFault))]
    Task<WatchReply> WatchAsync(string key, bool? isPrefix, long? fromRevision, int? changesMax, int? waitMilliseconds);

    /// <summary>Grants a lease: puts of a batch or a transaction may name it, and their keys go when it is over, which it is when it was not renewed for its
    /// time to live, when it is revoked, or when a backup is restored. It does not end by itself before its time to live has passed since the grant was sent for the first time, or the
    /// last renewal that was answered was sent; it may end later, for it takes a leader, and replicas that were started again count from then.</summary>
    /// <param name="timeToLiveSeconds">1..86,400.</param>
    /// <param name="identity">Who asks, for exactly-once: a repeat is answered with the first lease, and renews nothing, even if it is over by then. May be left out: a repeat is
    /// another lease, which ends by itself.</param>
    [OperationContract]
    [FaultContract(typeof(InvalidRequestFault))]
    [FaultContract(typeof(StorageFullFault))]
    [FaultContract(typeof(NoQuorumFault))]
    [FaultContract(typeof(OutcomeUnknownFault))]
    [FaultContract(typeof(ReplicaFencedFault))]
    [FaultContract(typeof(SessionExpiredFault))]
    [FaultContract(typeof(OverloadedFault))]
    [FaultContract(typeof(RestoringFault))]
    [FaultContract(typeof(LeaseLimitFault))]
    Task<LeaseReply> GrantLeaseAsync(int timeToLiveSeconds, RequestIdentity? identity);

    /// <summary>Renews a lease: it lives for its whole time again. A repeat does no harm. Call it after a third of the time to live, so that two calls may fail.</summary>
    /// <param name="leaseId">What GrantLease returned.</param>
    [OperationContract]
    [FaultContract(typeof(InvalidRequestFault))]
    [FaultContract(typeof(NoQuorumFault))]
    [FaultContract(typeof(OutcomeUnknownFault))]
    [FaultContract(typeof(ReplicaFencedFault))]
    [FaultContract(typeof(OverloadedFault))]
    [FaultContract(typeof(RestoringFault))]
    [FaultContract(typeof(LeaseNotFoundFault))]
    Task<LeaseReply> KeepLeaseAliveAsync(string leaseId);

    /// <summary>Ends a lease and removes its keys, as one step; a lease that is not there is an answer, not a fault.</summary>
    /// <param name="leaseId">What GrantLease returned.</param>
    /// <param name="identity">Who asks, for exactly-once; may be left out.</param>
    [OperationContract]
    [FaultContract(typeof(InvalidRequestFault))]
    [FaultContract(typeof(NoQuorumFault))]
    [FaultContract(typeof(OutcomeUnknownFault))]
    [FaultContract(typeof(ReplicaFencedFault))]
    [FaultContract(typeof(SessionExpiredFault))]
    [FaultContract(typeof(OverloadedFault))]
    [FaultContract(typeof(RestoringFault))]
    Task<RevokeLeaseReply> RevokeLeaseAsync(string leaseId, RequestIdentity? identity);

    /// <summary>Tells which keys a lease has.</summary>
    /// <param name="leaseId">What GrantLease returned.</param>
    /// <param name="consistency">Linearizable when left out.</param>
    [OperationContract]
    [FaultContract(typeof(InvalidRequestFault))]
    [FaultContract(typeof(NoQuorumFault))]
    [FaultContract(typeof(ReplicaFencedFault))]
    [FaultContract(typeof(OverloadedFault))]
    [FaultContract(typeof(RestoringFault))]
    Task<GetLeaseReply> GetLeaseAsync(string leaseId, ReadConsistency? consistency);

    /// <summary>Tells which leases there are, 1,024 at most.</summary>
    /// <param name="from">The first that may be among them; to go on, the Next of the answer before. Left out: the very first.</param>
    /// <param name="consistency">Linearizable when left out.</param>
    [OperationContract]
    [FaultContract(typeof(InvalidRequestFault))]
    [FaultContract(typeof(NoQuorumFault))]
    [FaultContract(typeof(ReplicaFencedFault))]
    [FaultContract(typeof(OverloadedFault))]
    [FaultContract(typeof(RestoringFault))]
    Task<LeasesReply> LeasesAsync(string? from, ReadConsistency? consistency);

    /// <summary>Tells what came of a mutation that carried an identity, and was not answered: whether it took effect, and what it was answered. One that has not taken effect is
    /// withdrawn by that: it never will, however late it arrives. (A repeat of the mutation itself would execute it instead.) Of one that was acknowledged, or whose session is
    /// forgotten, nobody can tell. A repeat does no harm.</summary>
    /// <param name="session">The session of its identity.</param>
    /// <param name="sequence">The sequence of its identity: 1 or more.</param>
    [OperationContract]
    [FaultContract(typeof(InvalidRequestFault))]
    [FaultContract(typeof(NoQuorumFault))]
    [FaultContract(typeof(OutcomeUnknownFault))]
    [FaultContract(typeof(ReplicaFencedFault))]
    [FaultContract(typeof(OverloadedFault))]
    Task<ResolveReply> ResolveAsync(string session, long sequence);
}
