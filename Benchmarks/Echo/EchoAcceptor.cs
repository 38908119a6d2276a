using PaxosWcf.Contracts;

namespace PaxosWcf.Benchmarks.Echo;

/// <summary>The acceptor's contract answered at once: nothing is remembered.</summary>
internal sealed class EchoAcceptor : IAcceptor
{
    public Task<RecallReply> RecallAsync(RecallRequest request)
    {
        return Task.FromResult(new RecallReply { Start = request.Start, Incarnation = 0 });
    }

    public Task<PrepareReply> PrepareAsync(PrepareRequest request)
    {
        return Task.FromResult(new PrepareReply { Ballot = request.Ballot, FromSlot = request.FromSlot });
    }

    public Task<AcceptReply> AcceptAsync(AcceptRequest request)
    {
        return Task.FromResult(new AcceptReply { Ballot = request.Ballot, Slots = request.Slots });
    }
}
