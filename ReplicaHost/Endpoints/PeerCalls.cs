using System.ServiceModel;
using PaxosWcf.Consensus;
using PaxosWcf.Contracts;
using PaxosWcf.ReplicaHost.Faults;
using PaxosWcf.ReplicaHost.Hosting;
using PaxosWcf.ReplicaHost.Links;
using PaxosWcf.ReplicaHost.Wire;
using PaxosWcf.Replication;

namespace PaxosWcf.ReplicaHost.Endpoints;

/// <summary>Brings calls of other replicas into the loop, and its answers back.</summary>
internal sealed class PeerCalls(
    Addressee own, OwnIncarnation incarnation, ReplicaLoop loop, PendingReplies pending, LinkFaultLab faults, CallPatience patience,
    ICallContext context)
{
    private const int ReplicaIdMax = 99;

    private readonly ReplicaId _self = new(own.Replica);

    /// <summary>Which life of its disk this replica answers as.</summary>
    public Incarnation Own => incarnation.Now;

    /// <summary>Takes a message in that nobody answers.</summary>
    public async Task PostAsync(int from, long life, Func<Message> message)
    {
        await ArriveAsync(from);
        Enter(from, life, message, call: 0);
    }

    /// <summary>Takes a message in and waits for its answer.</summary>
    public async Task<Message> AskAsync(int from, long life, Func<Message> message)
    {
        await ArriveAsync(from);
        var (call, answer) = pending.Open();
        try
        {
            var question = Enter(from, life, message, call);
            var said = await answer.WaitAsync(patience.For(question), context.Disconnected);
            return faults.LosesTo(from) ? throw NoAnswer("The link is cut.") : said;
        }
        catch (TimeoutException)
        {
            throw NoAnswer("The replica did not answer in time.");
        }
        finally
        {
            pending.Close(call);
        }
    }

    /// <summary>Tells the calling replica to take its message for lost.</summary>
    public static FaultException NoAnswer(string reason) => Lost("NoAnswer", reason);

    private static FaultException Lost(string code, string reason) => new(
        new FaultReason(reason),
        new FaultCode("Receiver", new FaultCode(code, ServiceNamespaces.Services)),
        action: null);

    // Lost at once rather than left open: see the acceptor that is down.
    private async Task ArriveAsync(int from)
    {
        if (own.IsNot(context.Query))
        {
            throw Lost(
                Addressee.WrongReplicaCode,
                $"{own} is there. An address in servers.xml, or of a member, is another replica's; nothing was done.");
        }

        await faults.DelayAsync(from, context.Disconnected);
        if (faults.LosesFrom(from))
        {
            throw NoAnswer("The link is cut.");
        }
    }

    // One that is no member, or not yet, may ask too, or it would never learn what it is: whose word counts is for
    // Consensus to know.
    private Message Enter(int from, long life, Func<Message> message, long call)
    {
        var sender = new ReplicaId(from);
        if (sender == _self || from is < 1 or > ReplicaIdMax)
        {
            throw StoreFaults.InvalidRequest("From", $"is {from}, which is not another replica: those have ids 1..{ReplicaIdMax}.");
        }

        Envelope envelope;
        try
        {
            envelope = new Envelope(sender, _self, message(), call) { Incarnation = new Incarnation(life) };
        }
        catch (WireException error)
        {
            throw StoreFaults.InvalidRequest(new InvalidRequestFault { Field = "request", Reason = error.Message });
        }

        using var now = loop.Gather();
        if (!loop.TryPost(new MessageArrived(envelope)))
        {
            throw NoAnswer("The replica has all the messages it may hold.");
        }

        return envelope.Message;
    }
}
