using BenchmarkDotNet.Attributes;
using PaxosWcf.Consensus;

namespace PaxosWcf.Benchmarks.Core;

/// <summary>What an acceptor computes for one Accept with one value.</summary>
public class AcceptorBenchmarks
{
    private static readonly ReplicaId Leader = new(1);
    private static readonly ReplicaId Self = new(2);
    private static readonly Ballot Ballot = new(1, Leader);

    private readonly Acceptor _acceptor = new(Self, new ConsensusOptions(), AcceptorState.Fresh, Slot.None);
    private readonly Effects _effects = new();
    private Value _value = Value.Noop;
    private Slot _learned = Slot.None;

    /// <summary>Commands in the value.</summary>
    [Params(1, 64)]
    public int Commands { get; set; }

    [GlobalSetup]
    public void Fill() => _value = Value.Of(CommandBytes.Numbered(1, Commands, _ => new byte[CommandBytes.Payload]));

    [Benchmark]
    public int Accept()
    {
        _effects.Clear();
        Slot slot = _learned.Next;
        var accept = new Accept(Ballot, [new Proposal(slot, _value)], _learned);
        _acceptor.OnAccept(new Envelope(Leader, Self, accept), accept, _learned, _effects);
        _learned = slot;
        _acceptor.ForgetThrough(_learned);
        return _effects.Persists.Count;
    }
}
