using Microsoft.Extensions.Logging;

namespace PaxosWcf.Client;

/// <summary>The client library's log lines: ids 3000..3099.</summary>
internal static partial class Log
{
    [LoggerMessage(3000, LogLevel.Debug, "{Operation} → replica {Replica}, attempt {Attempt}")]
    public static partial void Attempt(ILogger logger, string operation, int replica, int attempt);

    [LoggerMessage(3001, LogLevel.Debug, "{Operation} ← replica {Replica} answered after {Milliseconds} ms")]
    public static partial void Answered(ILogger logger, string operation, int replica, long milliseconds);

    [LoggerMessage(3002, LogLevel.Warning, "{Operation}, attempt {Attempt}: {Failure}")]
    public static partial void AttemptFailed(ILogger logger, string operation, int attempt, string failure);

    [LoggerMessage(3003, LogLevel.Warning, "going on with replica {Next} instead of replica {Failed}")]
    public static partial void MovedOn(ILogger logger, int failed, int next);

    [LoggerMessage(3004, LogLevel.Debug, "session {Session} opened")]
    public static partial void SessionOpened(ILogger logger, string session);

    [LoggerMessage(3005, LogLevel.Information, "session {Session} has expired; opening another")]
    public static partial void SessionExpired(ILogger logger, string session);

    [LoggerMessage(3006, LogLevel.Information, "channel to replica {Replica} was {State}; opened another")]
    public static partial void ChannelReplaced(ILogger logger, int replica, string state);

    [LoggerMessage(3007, LogLevel.Warning, "{Operation} gave up after {Attempts} attempts: {Failure}")]
    public static partial void GaveUp(ILogger logger, string operation, int attempts, string failure);

    [LoggerMessage(3008, LogLevel.Information, "configuration {Configuration} is in force: {Members}")]
    public static partial void MembersLearned(ILogger logger, long configuration, string members);

    [LoggerMessage(3009, LogLevel.Debug, "{Place} did not say who the members are: {Failure}")]
    public static partial void MembersNotTold(ILogger logger, ReplicaPlace place, string failure);

    [LoggerMessage(3010, LogLevel.Debug, "channel to {Place} is closed: it is no member's address any more")]
    public static partial void ChannelClosed(ILogger logger, ReplicaPlace place);

    [LoggerMessage(3011, LogLevel.Information, "going on with {Leader}, which leads, instead of {Before}")]
    public static partial void LeaderPreferred(ILogger logger, ReplicaPlace leader, ReplicaPlace before);

    [LoggerMessage(3012, LogLevel.Information, "session {Session} has no more numbers while one of its mutations is under way for so long; opening another")]
    public static partial void SessionFull(ILogger logger, string session);

    [LoggerMessage(3013, LogLevel.Warning, "lease {Lease} was not renewed, and is tried again: {Failure}")]
    public static partial void LeaseNotRenewed(ILogger logger, string lease, string failure);

    [LoggerMessage(3014, LogLevel.Warning, "lease {Lease} is lost: {Why}")]
    public static partial void LeaseLost(ILogger logger, string lease, string why);

    [LoggerMessage(3015, LogLevel.Warning, "lease {Lease} could not be revoked, and ends by itself within {Seconds} s: {Failure}")]
    public static partial void LeaseNotRevoked(ILogger logger, string lease, double seconds, string failure);

    [LoggerMessage(3017, LogLevel.Warning, "{Place} is of cluster {Other}, not of {Cluster}: correct its address. It is believed nothing")]
    public static partial void OtherCluster(ILogger logger, ReplicaPlace place, string other, string cluster);

    [LoggerMessage(3018, LogLevel.Warning, "{Members} left out of configuration {Configuration}: their addresses are no https, and all that this client was given are")]
    public static partial void InsecureMembers(ILogger logger, string members, long configuration);

    [LoggerMessage(3016, LogLevel.Error, "looking who the members are failed as it should not, and is tried again")]
    public static partial void LookFailed(ILogger logger, Exception why);
}
