using BenchmarkDotNet.Attributes;
using PaxosWcf.Consensus;
using PaxosWcf.Contracts;
using PaxosWcf.ReplicaHost.Wire;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Benchmarks.Core;

/// <summary>Between objects and bytes: commands, values, and messages to and from their records on the wire.</summary>
public class CodecBenchmarks
{
    private const int InValue = 64;

    private static readonly ReplicaId From = new(1);

    private readonly Put _put = CommandBytes.Put();
    private readonly byte[] _encoded = CommandBytes.Put().Encode();
    private readonly Command[] _commands = CommandBytes.Numbered(1, InValue, _ => new byte[CommandBytes.Payload]);
    private Value _value = Value.Noop;
    private Accept _accept = new(Ballot.None, [], Slot.None);
    private AcceptRequest _request = null!;

    [GlobalSetup]
    public void Fill()
    {
        _value = Value.Of(_commands);
        _accept = new Accept(new Ballot(1, From), [new Proposal(new Slot(1), _value)], Slot.None);
        _request = WireMapper.ToWire(_accept, new Sender(From, Incarnation.First));
    }

    [Benchmark]
    public byte[] PutEncode() => _put.Encode();

    [Benchmark]
    public KeyValueCommand? PutDecode() => KeyValueCommand.Decode(_encoded);

    [Benchmark]
    public Value ValueOf64Commands() => Value.Of(_commands);

    [Benchmark]
    public bool ValueRead64Commands() => Value.TryRead(_value.Bytes, out _);

    [Benchmark]
    public object AcceptToWire() => WireMapper.ToWire(_accept, new Sender(From, Incarnation.First));

    [Benchmark]
    public Message AcceptFromWire() => WireMapper.FromWire(_request);
}
