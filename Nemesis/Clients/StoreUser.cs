using System.Text;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Nemesis;

/// <summary>One user of the store. What it asked and what it was told, the client library records.</summary>
internal sealed class StoreUser(int number, PaxosKeyValueClient store, CallCounts counts, SentBatches batches)
{
    // Long enough for the disk to have work to do.
    private const int PaddingMax = 8 << 10;

    private int _written;

    /// <summary>Why the last call that came to nothing did.</summary>
    public string Why { get; private set; } = "";

    public Task<bool> PutAsync(string key) => CallAsync(write: true, () => store.PutAsync(key, NextValue()));

    /// <summary>Writes some keys at once.</summary>
    public Task<bool> BatchAsync(IEnumerable<string> keys)
    {
        BatchOperation[] puts = [.. keys.Select(key => BatchOperation.Put(key, NextValue()))];
        batches.Add(puts);
        return CallAsync(write: true, () => store.BatchAsync(puts));
    }

    public Task<bool> DeleteAsync(string key) => CallAsync(write: true, () => store.DeleteAsync(key));

    /// <returns>Whether the store answered.</returns>
    public Task<bool> GetAsync(string key) => ReadAsync(key, _ => { });

    /// <summary>Reads a key, and writes it if it still holds what was read.</summary>
    /// <returns>Whether the store answered both.</returns>
    public async Task<bool> SwapAsync(string key)
    {
        byte[]? read = null;
        return await ReadAsync(key, value => read = value)
            && await CallAsync(write: true, () => store.CompareAndSetAsync(key, read, NextValue()));
    }

    private Task<bool> ReadAsync(string key, Action<byte[]?> found) =>
        CallAsync(write: false, async () => found((await store.GetAsync(key)).Reply.Value));

    // Unique in the run, so that a reader's answer names its writer; one in eight is long.
    private byte[] NextValue()
    {
        _written++;
        int padding = _written % 8 == 0 ? 1 + (_written * 7919 % PaddingMax) : 0;
        return Encoding.UTF8.GetBytes($"p{number}-{_written}{new string('.', padding)}");
    }

    private async Task<bool> CallAsync(bool write, Func<Task> call)
    {
        try
        {
            await call();
            counts.OnAnswered(write);
            return true;
        }
        catch (StoreUnavailableException e)
        {
            counts.OnRefused();
            Why = e.Message;
        }
        catch (OutcomeUnknownException e)
        {
            counts.OnUnknown();
            Why = e.Message;
        }

        return false;
    }
}
