using System.Globalization;
using PaxosWcf.Client;
using PaxosWcf.Contracts;
using PaxosWcf.History;

namespace PaxosWcf.Nemesis;

/// <summary>A client of the store that writes down what it asked and what it was told.</summary>
internal sealed class RecordingClient(
    int process, int processes, PaxosKeyValueClient store, HistoryFile history, CallCounts counts)
{
    private int _process = process;
    private int _written;

    public Task PutAsync(string key)
    {
        string value = $"p{_process}-{++_written}";
        return CallAsync(OperationKind.Put, key, value, async line =>
        {
            StoreAnswer<PutReply> answer = await store.PutAsync(key, PaddedValue.Of(value));
            return line with { Node = Node(answer.Replica) };
        });
    }

    public Task DeleteAsync(string key) => CallAsync(OperationKind.Delete, key, null, async line =>
    {
        StoreAnswer<DeleteReply> answer = await store.DeleteAsync(key);
        return line with { Node = Node(answer.Replica), Found = answer.Reply.Found };
    });

    /// <returns>Whether the store answered.</returns>
    public Task<bool> GetAsync(string key) => CallAsync(OperationKind.Get, key, null, async line =>
    {
        StoreAnswer<GetReply> answer = await store.GetAsync(key);
        string? value = answer.Reply.Found ? PaddedValue.NameOf(answer.Reply.Value ?? []) : null;
        return line with { Node = Node(answer.Replica), Found = answer.Reply.Found, Value = value };
    });

    private static string Node(int replica) => replica.ToString(CultureInfo.InvariantCulture);

    private async Task<bool> CallAsync(
        OperationKind operation, string key, string? value, Func<CallLine, Task<CallLine>> call)
    {
        history.Write(new CallLine(_process, CallPhase.Invoke, operation, key, HistoryFile.Now)
        {
            Value = value,
            Node = Node(store.CurrentReplica),
        });
        try
        {
            CallLine answer = await call(new CallLine(_process, CallPhase.Ok, operation, key, 0));
            history.Write(answer with { TimeNs = HistoryFile.Now });
            counts.OnAnswered(operation != OperationKind.Get);
            return true;
        }
        catch (StoreUnavailableException refusal)
        {
            history.Write(new CallLine(_process, CallPhase.Fail, operation, key, HistoryFile.Now) { Error = refusal.Message });
            counts.OnRefused();
        }
        catch (OutcomeUnknownException doubt)
        {
            history.Write(new CallLine(_process, CallPhase.Info, operation, key, HistoryFile.Now) { Error = doubt.Message });
            counts.OnUnknown();

            // That call is open for ever; one client has one call open.
            _process += processes;
        }

        return false;
    }
}
