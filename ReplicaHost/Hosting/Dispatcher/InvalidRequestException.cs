namespace PaxosWcf.ReplicaHost.Hosting.Dispatcher;

/// <summary>The caller sent what the contract does not allow. Its two parts are told to the caller.</summary>
internal sealed class InvalidRequestException : Exception
{
    public InvalidRequestException(string field, string reason, Exception? inner = null)
        : base($"{field} {reason}", inner)
    {
        Field = field;
        Reason = reason;
    }

    /// <summary>The parameter, member or part of the envelope at fault.</summary>
    public string Field { get; }

    /// <summary>What is wrong with it, as the rest of a sentence that starts with <see cref="Field"/>.</summary>
    public string Reason { get; }

    /// <summary>The one that a serializer may have wrapped.</summary>
    public static InvalidRequestException? Within(Exception exception)
    {
        for (var current = exception; current is not null; current = current.InnerException)
        {
            if (current is InvalidRequestException found)
            {
                return found;
            }
        }
        return null;
    }
}
