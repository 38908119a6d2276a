namespace PaxosWcf.ClientApp;

/// <summary>Lines from a pipe or file: no prompt, no editing.</summary>
internal sealed class PlainLineSource(TextReader reader) : ILineSource
{
    public async Task<string?> ReadAsync(string prompt, CancellationToken cancel)
    {
        // Reading standard input cannot be cancelled, only no longer waited for.
        return await Task.Run(() => reader.ReadLine(), CancellationToken.None).WaitAsync(cancel);
    }
}
