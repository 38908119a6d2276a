namespace PaxosWcf.ClientApp;

/// <summary>What a verb is to work with was not read to its end, for it was interrupted: nothing of it was begun.</summary>
internal sealed class InputNotReadException(string sentence, OperationCanceledException why)
    : OperationCanceledException(sentence, why, why.CancellationToken);
