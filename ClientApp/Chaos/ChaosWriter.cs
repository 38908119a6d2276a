using System.Diagnostics.CodeAnalysis;
using System.Text;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

/// <summary>One of the clients: writes unique values to keys of its own, one after the other. Each is written only if it holds what this client, which alone writes
/// it, wrote there last: a lost write shows with the next one to its key, and is not overwritten unseen.</summary>
internal sealed class ChaosWriter(int number, PaxosKeyValueClient client, WriteLedger ledger, PauseWatch? pauses = null)
{
    private const int KeysInUse = 20;

    private readonly string[] _keys = [.. Enumerable.Range(0, KeysInUse).Select(n => $"chaos/{number:D2}/{n}")];

    // What each of them holds; null: it is not there yet.
    private readonly string?[] _held = new string?[KeysInUse];
    private int _written;
    private int _retired;
    private volatile bool _leaves;
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

    /// <summary>From here on other keys are written, but for a write that is under way: what the keys so far hold stays, to be looked at in the end.</summary>
    public void LeaveKeys() => _leaves = true;

    public async Task WriteUntilAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            if (_leaves)
            {
                _leaves = false;
                Array.ForEach([.. Enumerable.Range(0, KeysInUse)], LeaveKey);
            }

            int slot = _written++ % KeysInUse;
            await WriteAsync(slot, $"client {number}, write {_written}");
        }
    }

    // The round's end does not cancel a write: every write ends with an answer, a refusal or a doubt.
    private async Task WriteAsync(int slot, string value)
    {
        (int acknowledged, int unknown, int refused) = Counts;
        try
        {
            TransactReply reply = (await client.CompareAndSetAsync(_keys[slot], Bytes(_held[slot]), Bytes(value))).Reply;
            pauses?.OnAcknowledged();
            _writing.TrySetResult();
            await EndAsync(slot, value, reply.Held);
            Counts = (acknowledged + (reply.Held ? 1 : 0), unknown, refused);
        }
        catch (OutcomeUnknownException doubt)
        {
            await ResolveAsync(slot, value, doubt);
            Counts = (acknowledged, unknown + 1, refused);
        }
        catch (StoreUnavailableException)
        {
            Counts = (acknowledged, unknown, refused + 1);
        }
    }

    private async Task EndAsync(int slot, string value, bool held)
    {
        if (!held)
        {
            ledger.Lose(_keys[slot], _held[slot], await FoundAsync(_keys[slot]));
            LeaveKey(slot);
            return;
        }

        ledger.Acknowledge(_keys[slot], value);
        _held[slot] = value;
    }

    // Before this client's next write, or the store would have forgotten.
    private async Task ResolveAsync(int slot, string value, OutcomeUnknownException doubt)
    {
        ResolveReply? told = await ToldAsync(doubt);
        if (told is { Outcome: ResolveOutcome.Applied, Transact: { } reply })
        {
            await EndAsync(slot, value, reply.Held);
        }
        else if (told is not { Outcome: ResolveOutcome.NotApplied })
        {
            // It holds one of two values. With another write to it nobody could tell which it was.
            ledger.Doubt(_keys[slot], value);
            LeaveKey(slot);
        }
    }

    private async Task<ResolveReply?> ToldAsync(OutcomeUnknownException doubt)
    {
        try
        {
            return (await client.ResolveAsync(doubt)).Reply;
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
    }

    private async Task<string> FoundAsync(string key)
    {
        try
        {
            GetReply reply = (await client.GetAsync(key)).Reply;
            return WriteLedger.Quoted(reply.Found ? Encoding.UTF8.GetString(reply.Value ?? []) : null);
        }
        catch (StoreUnavailableException)
        {
            return "something else, which could not be read";
        }
    }

    private void LeaveKey(int slot)
    {
        _keys[slot] = $"chaos/{number:D2}/{slot}-{++_retired}";
        _held[slot] = null;
    }

    [return: NotNullIfNotNull(nameof(value))]
    private static byte[]? Bytes(string? value) => value is null ? null : Encoding.UTF8.GetBytes(value);
}
