using System.Text;
using PaxosWcf.Client;

namespace PaxosWcf.ClientApp;

/// <summary>One of the clients: writes unique values to keys of its own, one after the other.</summary>
internal sealed class ChaosWriter(int number, PaxosKeyValueClient client, WriteLedger ledger, PauseWatch? pauses = null)
{
    private const int KeysInUse = 20;

    private readonly string[] _keys = [.. Enumerable.Range(0, KeysInUse).Select(n => $"chaos/{number:D2}/{n}")];
    private int _written;
    private int _retired;
    private TaskCompletionSource _writing = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Acknowledged writes, writes without a certain answer, and refused ones.</summary>
    public (int Acknowledged, int Unknown, int Refused) Counts { get; private set; }

    /// <summary>Ends with the first write of the round that is acknowledged.</summary>
    public Task Writing => _writing.Task;

    /// <summary>Forgets the counts of the round before.</summary>
    public void BeginRound()
    {
        Counts = default;
        _writing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public async Task WriteUntilAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            int slot = _written++ % KeysInUse;
            await WriteAsync(slot, $"client {number}, write {_written}");
        }
    }

    // The round's end does not cancel a write: every write ends with an answer, a refusal or a doubt.
    private async Task WriteAsync(int slot, string value)
    {
        string key = _keys[slot];
        (int acknowledged, int unknown, int refused) = Counts;
        try
        {
            await client.PutAsync(key, Encoding.UTF8.GetBytes(value));
            ledger.Acknowledge(key, value);
            pauses?.OnAcknowledged();
            _writing.TrySetResult();
            Counts = (acknowledged + 1, unknown, refused);
        }
        catch (OutcomeUnknownException)
        {
            ledger.Doubt(key, value);
            _keys[slot] = $"chaos/{number:D2}/{slot}-{++_retired}";
            Counts = (acknowledged, unknown + 1, refused);
        }
        catch (StoreUnavailableException)
        {
            Counts = (acknowledged, unknown, refused + 1);
        }
    }
}
