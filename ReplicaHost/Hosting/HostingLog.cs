namespace PaxosWcf.ReplicaHost.Hosting;

/// <summary>Everything that the hosting of services logs; event ids 700 to 719.</summary>
internal static partial class HostingLog
{
    /// <summary>Category of the line for each request; off unless a configuration asks for Information in it.</summary>
    public const string RequestsCategory = "PaxosWcf.Requests";

    /// <summary>Category of everything else.</summary>
    public const string HostingCategory = "PaxosWcf.Hosting";

    [LoggerMessage(700, LogLevel.Information,
        "{Caller} {Operation}: {BytesIn} bytes in, {Outcome}, {BytesOut} bytes out, {Milliseconds:F2} ms")]
    public static partial void Request(
        ILogger logger, string caller, string operation, long bytesIn, string outcome, long bytesOut, double milliseconds);

    [LoggerMessage(701, LogLevel.Error, "{Operation} failed unexpectedly; the caller {Caller} was given the id {FailureId}")]
    public static partial void OperationFailed(
        ILogger logger, Exception exception, string operation, string caller, string failureId);

    [LoggerMessage(702, LogLevel.Information, "Listening on {Address} for {Paths}")]
    public static partial void Listening(ILogger logger, Uri address, string paths);

    [LoggerMessage(703, LogLevel.Warning,
        "The stop at {Address} waited {Seconds:0.#} s for calls under way, and cut off those that were left; their callers do not know the outcome")]
    public static partial void CutOff(ILogger logger, Uri address, double seconds);

    [LoggerMessage(704, LogLevel.Information,
        "{Caller} was refused at {Address} for its certificate: {Reason}. Others that are refused for the same within a minute are not logged")]
    public static partial void CallerRefused(ILogger logger, System.Net.EndPoint? caller, Uri address, string reason);

    [LoggerMessage(705, LogLevel.Warning,
        "{Address} is {Loopback} on this machine: no other machine reaches it. Listen on the machine's own address with --listen-client and --listen-peer, or mend its hosts file")]
    public static partial void NameIsLoopback(ILogger logger, Uri address, System.Net.IPAddress loopback);
}
