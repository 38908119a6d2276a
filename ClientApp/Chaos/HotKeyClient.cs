using System.Text;
using PaxosWcf.Client;

namespace PaxosWcf.ClientApp;

/// <summary>One of the clients whose calls are recorded: reads, writes and deletes the keys that all of them share, one call
/// after the other.</summary>
internal sealed class HotKeyClient(int number, PaxosKeyValueClient client, HotKeys keys, Random random)
{
    private const int GetPercent = 40;
    private const int PutPercent = 45;

    private int _written;

    // The end of the time does not cancel a call: every call ends with an answer, a refusal or a doubt.
    public async Task CallUntilAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            HotKey key = keys.Next(random);
            try
            {
                await CallAsync(key.Name);
            }
            catch (OutcomeUnknownException)
            {
                keys.Doubt(key);
            }
            catch (StoreUnavailableException)
            {
                // It had no effect, and the history says so.
            }
        }
    }

    private Task CallAsync(string key)
    {
        return random.Next(100) switch
        {
            < GetPercent => client.GetAsync(key),
            < GetPercent + PutPercent => client.PutAsync(key, Encoding.UTF8.GetBytes($"p{number}-{++_written}")),
            _ => client.DeleteAsync(key),
        };
    }
}
