namespace PaxosWcf.ClientApp;

/// <summary>A script was interrupted while it was being read: no line of it was begun.</summary>
internal sealed class ScriptNotReadException(OperationCanceledException why)
    : OperationCanceledException("Interrupted; nothing of the script was done.", why, why.CancellationToken);
