namespace PaxosWcf.ReplicaHost.Hosting;

/// <summary>How messages of an endpoint look on the wire.</summary>
internal enum SoapEncoding
{
    /// <summary>Text, SOAP 1.1 or 1.2 as the caller likes: for clients of any make.</summary>
    Text,

    /// <summary>WCF's binary encoding of SOAP 1.2: for the other replicas.</summary>
    Binary,
}

/// <summary>One service at one path of a listener.</summary>
/// <param name="Contract">The interface with <c>[ServiceContract]</c>.</param>
/// <param name="Service">The one object that serves every call; it implements <paramref name="Contract"/> and is safe
/// for many calls at once.</param>
/// <param name="Path">Where, below the listener's address; starts with a slash.</param>
/// <param name="Encoding">How messages look.</param>
/// <param name="PublishWsdl">Whether <c>?wsdl</c> and <c>?singleWsdl</c> answer; otherwise they are not found.</param>
internal sealed record SoapEndpoint(
    Type Contract, object Service, string Path, SoapEncoding Encoding, bool PublishWsdl);
