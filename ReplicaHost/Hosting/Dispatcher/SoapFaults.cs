using System.ServiceModel;
using PaxosWcf.Contracts;

namespace PaxosWcf.ReplicaHost.Hosting.Dispatcher;

/// <summary>The faults that the dispatcher itself answers with.</summary>
internal static class SoapFaults
{
    // WCF's own name space for this one: its clients turn the code into ActionNotSupportedException
    private const string ActionNamespace = "http://schemas.microsoft.com/ws/2005/05/addressing/none";

    public static FaultException ActionNotSupported(string? action) => Of(
        string.IsNullOrEmpty(action)
            ? "The request names no action: SOAP 1.1 has it in the SOAPAction header, SOAP 1.2 in the content type."
            : "The action is not one of this service's; see its WSDL.",
        Sender("ActionNotSupported", ActionNamespace));

    public static FaultException VersionMismatch() => Of(
        "The envelope is not of the SOAP version that the content type says.", new FaultCode("VersionMismatch"));

    public static FaultException MustUnderstand(string name, string ns) => Of(
        XmlText.IsLegal(ns) ? $"The header {name} of '{ns}' is not understood." : $"The header {name} is not understood.", new FaultCode("MustUnderstand"));

    /// <summary>Something unexpected. The caller hears nothing of it but where the log has it.</summary>
    public static FaultException InternalError(string failureId) => Of(
        $"The replica failed on this request. Its log has the reason under the id {failureId}.",
        new FaultCode("Receiver", new FaultCode("InternalError", ServiceNamespaces.Services)));

    /// <summary>The caller's mistake: typed where the operation declares <see cref="InvalidRequestFault"/>.</summary>
    public static FaultException InvalidRequest(InvalidRequestException refused, SoapOperation? operation)
    {
        var code = Sender("InvalidRequest", ServiceNamespaces.Services);
        var detail = new InvalidRequestFault { Field = refused.Field, Reason = refused.Reason };
        return operation?.FaultsByType.ContainsKey(typeof(InvalidRequestFault)) == true
            ? new FaultException<InvalidRequestFault>(detail, new FaultReason(refused.Message), code, null)
            : Of(refused.Message, code);
    }

    public static string NamespaceOf(EnvelopeVersion envelope) => envelope == EnvelopeVersion.Soap11
        ? "http://schemas.xmlsoap.org/soap/envelope/"
        : "http://www.w3.org/2003/05/soap-envelope";

    /// <summary>The code that says what happened, without SOAP's own Sender or Receiver around it.</summary>
    public static FaultCode Meaning(FaultCode code) => code.SubCode ?? code;

    private static FaultException Of(string reason, FaultCode code) => new(new FaultReason(reason), code, null);

    private static FaultCode Sender(string name, string ns) => new("Sender", new FaultCode(name, ns));
}
