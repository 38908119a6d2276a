using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

/// <summary>Deletes all keys that begin alike, a page at a time: each page is read as of one moment, and what is in it is deleted in one step. What others
/// write meanwhile may go too, or stay.</summary>
internal sealed class PrefixDeletion(PaxosKeyValueClient store, string prefix)
{
    /// <summary>How many keys it has deleted.</summary>
    public long Deleted { get; private set; }

    /// <summary>The store's revision after the last of them; null: there was none.</summary>
    public long? Revision { get; private set; }

    /// <summary>How many keys the step has that was begun and not answered.</summary>
    public int UnderWay { get; private set; }

    /// <summary>Deletes until no key is left where it has not been.</summary>
    /// <param name="moved">Told how many of how many keys are done; null: nobody wants to know, and what more there is need not be counted before.</param>
    /// <param name="cancel">Ends it; a step that is under way may still take effect.</param>
    public async Task RunAsync(Action<int, int>? moved, CancellationToken cancel)
    {
        (long done, long? of) = (0, null);
        for (string? next = ""; next is not null;)
        {
            // The newest state, whatever reads are content with: what was written before this began must not be missed.
            RangeReply page = (await store.RangeAsync(prefix, next, keysOnly: true, cancel: cancel)).Reply;
            next = page.More ? page.Next : null;
            of ??= moved is null ? 0 : page.Keys.Length + (next is null ? 0 : await store.ScanAsync(prefix, next, keysOnly: true, cancel: cancel).LongCountAsync(cancel));
            if (page.Keys.Length > 0)
            {
                await DeleteAsync(page.Keys, cancel);
            }

            done += page.Keys.Length;
            moved?.Invoke((int)Math.Min(int.MaxValue, done), (int)Math.Min(int.MaxValue, Math.Max(1, Math.Max(done, of.Value))));
        }
    }

    // A page has as many keys as a batch may have, and their bytes fit into one.
    private async Task DeleteAsync(RangeKey[] keys, CancellationToken cancel)
    {
        UnderWay = keys.Length;
        BatchReply reply = (await store.BatchAsync([.. keys.Select(key => BatchOperation.Delete(key.Key))], cancel)).Reply;
        UnderWay = 0;
        Deleted += reply.Operations.Count(operation => operation.Found);
        Revision = reply.Revision;
    }
}
