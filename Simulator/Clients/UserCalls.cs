using PaxosWcf.Client;
using PaxosWcf.Consensus;

namespace PaxosWcf.Simulator;

/// <summary>The calls of one user of the production client library, one after another, and what becomes of them.</summary>
internal sealed class UserCalls(SimulatedCluster cluster, string user, CallRoute route, Random random)
{
    /// <summary>The call that is under way, or was last.</summary>
    public UserOperation Current { get; private set; } = new("nothing", Slot.None);

    /// <summary>How many there were.</summary>
    public int Count { get; private set; }

    /// <summary>Whether its user waits for an answer.</summary>
    public bool IsWaiting { get; private set; }

    /// <summary>The last call, where it is a write that ended in doubt, and what it carried; null: it is not, or somebody found out.</summary>
    public (UserOperation Operation, OutcomeUnknownException End)? InDoubt { get; set; }

    /// <summary>Whether the last write was refused because a store was full.</summary>
    public bool IsOutOfRoom { get; set; }

    /// <summary>Makes one; whether it was answered.</summary>
    public async Task<bool> CallAsync<TReply>(
        string text, Func<Task<StoreAnswer<TReply>>> call, Action<UserOperation, TReply, ReplicaId> answered, Action<LeaseNotFoundException>? notFound = null)
    {
        Current = new UserOperation($"{user}#{Count++} {text}", cluster.Checker.OnInvoked());
        InDoubt = null;
        IsWaiting = true;
        try
        {
            var calling = call();
            await cluster.Thread.Back(calling);
            var answer = await calling;
            cluster.CheckThread();
            route.OnAnswered();
            var attempts = answer.Attempts == 1 ? "" : $", attempt {answer.Attempts}";
            cluster.Write($"{Current} → {ReplyText.Of(answer.Reply)} from R{answer.Replica}{attempts}");
            answered(Current, answer.Reply, new ReplicaId(answer.Replica));
            return true;
        }
        catch (LeaseNotFoundException gone) when (notFound is not null)
        {
            cluster.Write($"{Current} failed: {gone.Message}");
            notFound(gone);
            return false;
        }
        catch (PaxosClientException failure)
        {
            OnFailed(failure);
            return false;
        }
        finally
        {
            IsWaiting = false;
        }
    }

    /// <summary>Waits; it ends inside an event, so that what follows does not pile up on the stack.</summary>
    public Task PauseAsync(int unitsMax)
    {
        var over = new TaskCompletionSource();
        cluster.Time.After(random.Next(1, unitsMax + 1), over.SetResult);
        return over.Task;
    }

    private void OnFailed(PaxosClientException failure)
    {
        cluster.Write($"{Current} failed: {failure.Message}");
        switch (failure)
        {
            case StoreUnavailableException: cluster.Checker.Ledger.OnCalledOff(Current); break;
            case StorageFullException:
                IsOutOfRoom = true;
                cluster.Checker.Ledger.OnRefusedAsFull(Current, cluster.Time.Now);
                break;
            case OutcomeUnknownException doubt:
                InDoubt = (Current, doubt);
                cluster.Checker.Ledger.OnDoubtful(Current);
                break;
            default: cluster.Fail($"{Current} was refused: {failure.Message}", failure); break;
        }
    }
}
