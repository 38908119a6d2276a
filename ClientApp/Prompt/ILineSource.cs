namespace PaxosWcf.ClientApp;

/// <summary>Where the prompt's lines come from.</summary>
internal interface ILineSource
{
    /// <summary>The next line; null at the end.</summary>
    Task<string?> ReadAsync(string prompt, CancellationToken cancel);
}
