using System.Text;

namespace PaxosWcf.ClientApp;

/// <summary>Lines from a pipe or file: no prompt, no editing.</summary>
internal sealed class PlainLineSource(TextReader reader) : ILineSource
{
    /// <inheritdoc/>
    /// <exception cref="UsageException">They are no text.</exception>
    public async Task<string?> ReadAsync(string prompt, CancellationToken cancel)
    {
        try
        {
            // Reading standard input cannot be cancelled, only no longer waited for.
            return await Task.Run(() => reader.ReadLine(), CancellationToken.None).WaitAsync(cancel);
        }
        catch (DecoderFallbackException)
        {
            throw new UsageException("Standard input is no UTF-8 text; what is left of it was not done.");
        }
    }
}
