using PaxosWcf.Contracts;
using PaxosWcf.ReplicaHost.Wire;

namespace PaxosWcf.ReplicaHost.Endpoints;

/// <summary>The learner's door.</summary>
internal sealed class LearnerService(PeerCalls calls) : ILearner
{
    public Task LearnAsync(LearnRequest request) => calls.PostAsync(request.From, request.Incarnation, () => WireMapper.FromWire(request));

    public async Task<CatchUpReply> CatchUpAsync(CatchUpRequest request) =>
        WireMapper.ToWire((Consensus.CatchUpReply)await calls.AskAsync(request.From, request.Incarnation, () => WireMapper.FromWire(request)));

    public async Task<ReadSnapshotReply> ReadSnapshotAsync(ReadSnapshotRequest request) =>
        WireMapper.ToWire((Consensus.ReadSnapshotReply)await calls.AskAsync(request.From, request.Incarnation, () => WireMapper.FromWire(request)));
}
