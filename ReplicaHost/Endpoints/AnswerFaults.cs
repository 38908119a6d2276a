using System.Diagnostics;
using PaxosWcf.Contracts;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.ReplicaHost.Endpoints;

/// <summary>The faults for what the state machine answers instead of what was asked for.</summary>
internal static class AnswerFaults
{
    /// <summary>The same for an operation that names no lease: a refusal that was kept for another kind of operation is not its answer.</summary>
    public static Exception NotTheAnswerWithoutLease(CommandAnswer answer, RequestIdentity? identity) =>
        answer is LeaseRefused && identity is not null ? OfAnotherKind(identity) : NotTheAnswer(answer, identity);

    public static Exception NotTheAnswer(CommandAnswer answer, RequestIdentity? identity) => (answer, identity) switch
    {
        (RestoreIsUnderWay restoring, _) => StoreFaults.Restoring(restoring.Restore),
        (LeaseRefused refused, _) => Of(refused),
        (SessionForgotten, not null) => StoreFaults.SessionExpired(identity),
        (Withdrawn, not null) => StoreFaults.InvalidRequest(
            "identity.Sequence", $"{identity.Sequence} was withdrawn by Resolve: it has no effect, and never will. Number the next one higher."),
        (_, not null) => OfAnotherKind(identity),
        _ => new UnreachableException($"an answer of kind {answer.GetType().Name} to a request without an identity"),
    };

    private static System.ServiceModel.FaultException OfAnotherKind(RequestIdentity identity) =>
        StoreFaults.InvalidRequest("identity.Sequence", $"{identity.Sequence} was used before, for an operation of another kind.");

    private static Exception Of(LeaseRefused refused) => refused.Why switch
    {
        LeaseRefusal.NotFound => StoreFaults.LeaseNotFound(refused.Lease),
        LeaseRefusal.TooManyLeases => StoreFaults.LeaseLimit(nameof(StateMachineLimits.LeasesMax), StateMachineLimits.LeasesMax),
        LeaseRefusal.TooManyKeys => StoreFaults.LeaseLimit(nameof(StateMachineLimits.LeaseKeysMax), StateMachineLimits.LeaseKeysMax),
        LeaseRefusal.TooManyKeysOfAll => StoreFaults.LeaseLimit(nameof(StateMachineLimits.LeasedKeysMax), StateMachineLimits.LeasedKeysMax),
        _ => new UnreachableException($"a refusal of kind {refused.Why}"),
    };
}
