using System.ServiceModel;
using PaxosWcf.Contracts;

namespace PaxosWcf.Client;

/// <summary>Turns the fault of one call of a pipeline into what a channel would have thrown, had the call gone alone.</summary>
internal static class PipelinedFaults
{
    public static FaultException Exception(PipelinedFault fault) => fault switch
    {
        { InvalidRequest: { } detail } => Of(detail, fault),
        { RequestTooLarge: { } detail } => Of(detail, fault),
        { StorageFull: { } detail } => Of(detail, fault),
        { NoQuorum: { } detail } => Of(detail, fault),
        { OutcomeUnknown: { } detail } => Of(detail, fault),
        { ReplicaFenced: { } detail } => Of(detail, fault),
        { SessionExpired: { } detail } => Of(detail, fault),
        { Overloaded: { } detail } => Of(detail, fault),
        { Restoring: { } detail } => Of(detail, fault),
        _ => new FaultException(new FaultReason(fault.Reason), new FaultCode("Sender"), action: null),
    };

    private static FaultException<T> Of<T>(T detail, PipelinedFault fault) =>
        new(detail, new FaultReason(fault.Reason), new FaultCode("Sender"), action: null);
}
