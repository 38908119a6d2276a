using System.ServiceModel;

namespace PaxosWcf.Contracts;

/// <summary>A replica has all the calls that it may hold, and has not read this one: it has no effect. Where nothing says that it was the replica
/// that answered so, and not something before it that had sent the call on, the exception is the plain one.</summary>
/// <param name="message">A sentence.</param>
public sealed class RequestRefusedException(string message) : ServerTooBusyException(message)
{
    /// <summary>The header of the answer that says so.</summary>
    public const string Header = "PaxosWcf-Refused";
}
