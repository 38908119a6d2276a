using System.ServiceModel;
using PaxosWcf.Contracts;

namespace PaxosWcf.ReplicaHost.Endpoints;

/// <summary>What one call of a pipeline is answered: its fault goes into its own reply and costs the others nothing.</summary>
internal static class PipelineReplies
{
    public static async Task<PipelinedReply> OfAsync(Func<Task<PipelinedReply>> answer)
    {
        try
        {
            return await answer();
        }
        catch (FaultException refused) when (FaultOf(refused) is { } fault)
        {
            return new PipelinedReply { Fault = fault };
        }
    }

    private static PipelinedFault? FaultOf(FaultException fault) => fault switch
    {
        FaultException<InvalidRequestFault> { Detail: var detail } => new() { Reason = ReasonOf(fault), InvalidRequest = detail },
        FaultException<RequestTooLargeFault> { Detail: var detail } => new() { Reason = ReasonOf(fault), RequestTooLarge = detail },
        FaultException<StorageFullFault> { Detail: var detail } => new() { Reason = ReasonOf(fault), StorageFull = detail },
        FaultException<NoQuorumFault> { Detail: var detail } => new() { Reason = ReasonOf(fault), NoQuorum = detail },
        FaultException<OutcomeUnknownFault> { Detail: var detail } => new() { Reason = ReasonOf(fault), OutcomeUnknown = detail },
        FaultException<ReplicaFencedFault> { Detail: var detail } => new() { Reason = ReasonOf(fault), ReplicaFenced = detail },
        FaultException<SessionExpiredFault> { Detail: var detail } => new() { Reason = ReasonOf(fault), SessionExpired = detail },
        FaultException<OverloadedFault> { Detail: var detail } => new() { Reason = ReasonOf(fault), Overloaded = detail },
        FaultException<RestoringFault> { Detail: var detail } => new() { Reason = ReasonOf(fault), Restoring = detail },
        _ => null,
    };

    private static string ReasonOf(FaultException fault) => fault.Reason.GetMatchingTranslation().Text;
}
