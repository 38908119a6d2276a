using PaxosWcf.Contracts;
using PaxosWcf.ReplicaHost.Links;
using PaxosWcf.ReplicaHost.Wire;

namespace PaxosWcf.ReplicaHost.Endpoints;

/// <summary>The proposer's door.</summary>
internal sealed class ProposerService(PeerCalls calls, PeerLinks links, ServersComparison servers) : IProposer
{
    public async Task<ProposeReply> ProposeAsync(ProposeRequest request) =>
        WireMapper.ToWire((Consensus.ProposeReply)await calls.AskAsync(request.From, request.Incarnation, () => WireMapper.FromWire(request)));

    public async Task<ReadIndexReply> ReadIndexAsync(ReadIndexRequest request) =>
        WireMapper.ToWire((Consensus.ReadIndexReply)await calls.AskAsync(request.From, request.Incarnation, () => WireMapper.FromWire(request)), calls.Own);

    public Task TakeOverAsync(TakeOverRequest request) => calls.PostAsync(request.From, request.Incarnation, () => WireMapper.FromWire(request));

    public async Task<HeartbeatReply> HeartbeatAsync(HeartbeatRequest request)
    {
        var answer = await calls.AskAsync(request.From, request.Incarnation, () =>
        {
            // Before the loop takes it in: what this replica then asks must find the sender.
            links.Hear(new Consensus.ReplicaId(request.From), request.Configuration, request.PeerAddress);
            return WireMapper.FromWire(request);
        });
        servers.OnHeard(request.From, request.ServersHash);
        return WireMapper.ToWire((Consensus.HeartbeatReply)answer, calls.Own, servers.OwnHash);
    }
}
