namespace PaxosWcf.Client;

/// <summary>A call waited for the messages before it, and does not leave any more: no replica has it, and none will.</summary>
internal sealed class NotLeftException(string message, Exception? inner = null) : Exception(message, inner);
