namespace PaxosWcf.ReplicaHost;

/// <summary>The process cannot start; the message says why, for the person at the console.</summary>
internal sealed class CannotStartException(int exitCode, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The exit code to end with.</summary>
    public int ExitCode { get; } = exitCode;
}
