namespace PaxosWcf.Processes;

/// <summary>The person asked for something that makes no sense; the message is a sentence that says what would.</summary>
internal sealed class UsageException(string message) : Exception(message);
