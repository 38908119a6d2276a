using PaxosWcf.Contracts;
using PaxosWcf.ReplicaHost.Faults;
using PaxosWcf.ReplicaHost.Wire;

namespace PaxosWcf.ReplicaHost.Endpoints;

/// <summary>The acceptor's door. While the acceptor is down it says nothing but that.</summary>
internal sealed class AcceptorService(PeerCalls calls, AcceptorFaultLab faults) : IAcceptor
{
    public async Task<RecallReply> RecallAsync(RecallRequest request) => WireMapper.ToWire(
        (Consensus.RecallReply)await calls.AskAsync(request.From, request.Incarnation, () => WireMapper.FromWire(request)), calls.Own);

    public async Task<PrepareReply> PrepareAsync(PrepareRequest request)
    {
        RequireUp();
        return WireMapper.ToPrepareReply(
            await calls.AskAsync(request.From, request.Incarnation, () => WireMapper.FromWire(request)), calls.Own);
    }

    public async Task<AcceptReply> AcceptAsync(AcceptRequest request)
    {
        RequireUp();
        return WireMapper.ToAcceptReply(
            await calls.AskAsync(request.From, request.Incarnation, () => WireMapper.FromWire(request)), calls.Own);
    }

    // A crashed acceptor's machine would refuse the connection at once; letting the caller wait instead would only hold
    // up the link for the time after the recovery.
    private void RequireUp()
    {
        if (!faults.AcceptorUp)
        {
            throw PeerCalls.NoAnswer("The acceptor is down.");
        }
    }
}
