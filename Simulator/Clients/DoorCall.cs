using System.Diagnostics.CodeAnalysis;
using System.ServiceModel;
using PaxosWcf.Contracts;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Simulator;

/// <summary>One call of a client at one replica: the way there, the wait in the replica's process, and the way back. It
/// plays the network between them and what the host's StoreCalls does.</summary>
/// <remarks>The client's continuation runs inside an event of the simulation, never inside a step of the replica.</remarks>
internal abstract class DoorCall<TReply>(CalledPlace place, ClientLinks links) : IOpenCall
{
    // Continuations run at once and on this thread: that is what makes the clients part of the simulation.
    private readonly TaskCompletionSource<TReply> _reply = new();
    private readonly CallFate _fate = links.Draw();
    private Happening? _timeout;

    protected SimulatedCluster Cluster => place.Cluster;

    protected SimulatedReplica Replica => place.Replica;

    protected ClientLinks Links => links;

    /// <summary>Whether nothing more can come of it at the replica.</summary>
    protected bool IsOver { get; private set; }

    /// <summary>How long the replica keeps it.</summary>
    protected virtual int PatienceTicks => links.Plan.PatienceTicks;

    // As the host's settings have it: 4 s of 10.
    private int NoQuorumTicks => PatienceTicks * 2 / 5;

    public Task<TReply> SendAsync()
    {
        switch (_fate)
        {
            case CallFate.Refused: links.Later(Refuse); break;
            case CallFate.RequestLost: links.Later(OnConnectionLost); break;
            default: links.Later(Arrive); break;
        }

        return _reply.Task;
    }

    public void OnConnectionLost()
    {
        IsOver = true;
        _timeout?.Cancel();
        if (!links.DrawSilence())
        {
            Return(() => _reply.SetException(new CommunicationException("The connection was closed.")));
        }
    }

    /// <summary>Who was the replica once, and is no member any more, answers.</summary>
    protected virtual void AnswerAsFormer(MemberReport known) => Fault(DoorFaults.Fenced(Replica.Id.Number));

    /// <summary>What the replica's door refuses the request with; null: it takes it.</summary>
    protected virtual Exception? Refused() => null;

    /// <summary>Hands the request to the replica's loop.</summary>
    /// <returns>False when it has no room.</returns>
    protected abstract bool Post();

    /// <summary>Waits no longer for a leader: what never left the replica has no effect.</summary>
    protected virtual void GiveUpIfKept()
    {
    }

    /// <summary>Waits no longer: the replica is told, and answers what it can say for certain.</summary>
    protected abstract void GiveUp();

    /// <summary>The replica's process answers.</summary>
    protected void Answer(Func<TReply> answer) => Leave(() => _reply.SetResult(answer()));

    /// <summary>The replica's process refuses.</summary>
    protected void Fault(Exception fault) => Leave(() => _reply.SetException(fault));

    /// <summary>Reads the replica's state on another thread of its process than the loop's.</summary>
    /// <returns>False where the store fails, and the call with it: the loop finds out with its next write.</returns>
    protected bool TryRead<T>(Func<T> read, [NotNullWhen(true)] out T? found)
        where T : class
    {
        try
        {
            found = Replica.Read(read);
            return true;
        }
        catch (StoreFailedException)
        {
            found = null;
            Cluster.Write($"[READ FAILED] {Replica.Id}");
            Fault(DoorFaults.InternalError());
            return false;
        }
    }

    /// <summary>Whether the replica may tell what it holds; if not, it refuses.</summary>
    protected bool MayTell()
    {
        if (Replica.Driver!.Divergence is not null)
        {
            Fault(DoorFaults.Fenced(Replica.Id.Number));
            return false;
        }

        if (Replica.Driver!.Machine.Restoring is var restore && restore != 0)
        {
            Fault(DoorFaults.Restoring(restore));
            return false;
        }

        return true;
    }

    private void Arrive()
    {
        if (place.FormerMember is { } known)
        {
            AnswerAsFormer(known);
            return;
        }

        if (!place.IsThere)
        {
            Refuse();
            return;
        }

        Replica.Open(this);
        if ((Refused() ?? (Post() ? null : DoorFaults.Overloaded("QueueMax"))) is { } refusal)
        {
            Fault(refusal);
            return;
        }

        _timeout = Cluster.Time.After((long)NoQuorumTicks * VirtualTime.Tick, () =>
        {
            GiveUpIfKept();
            _timeout = Cluster.Time.After((long)(PatienceTicks - NoQuorumTicks) * VirtualTime.Tick, GiveUp);
        });
    }

    private void Leave(Action back)
    {
        if (IsOver)
        {
            return;
        }

        Replica.Close(this);
        if (_fate == CallFate.ReplyLost)
        {
            OnConnectionLost();
            return;
        }

        IsOver = true;
        _timeout?.Cancel();
        Return(back);
    }

    private void Refuse()
    {
        IsOver = true;
        Return(() => _reply.SetException(new EndpointNotFoundException("Connection refused.")));
    }

    private void Return(Action back) => links.Later(back);
}
