using BenchmarkDotNet.Attributes;
using PaxosWcf.Consensus;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Benchmarks.Core;

/// <summary>Applying one value of puts to the key-value state, over a store in memory; the state is written when the replica
/// would write it.</summary>
public class StateMachineBenchmarks
{
    // As many values are made ready as are applied before the next are made.
    private const int Prepared = 256;

    private readonly MemoryStore _store = Memory();
    private readonly WriteSet _writes = new();
    private readonly List<AppliedCommand> _answers = [];
    private KeyValueStateMachine _machine = null!;
    private Value[] _values = [];
    private Slot _slot = Slot.None;
    private long _number;

    /// <summary>Puts in the value.</summary>
    [Params(1, 64)]
    public int Commands { get; set; }

    [GlobalSetup]
    public void Open() => _machine = new KeyValueStateMachine(_store);

    [IterationSetup]
    public void Prepare()
    {
        _values = [.. Enumerable.Range(0, Prepared).Select(v => Value.Of(CommandBytes.Numbered(
            _number + (v * Commands) + 1, Commands, i => new Put(null, CommandBytes.Put(i).Key, new byte[CommandBytes.Value]).Encode())))];
        _number += Prepared * Commands;
    }

    [Benchmark(OperationsPerInvoke = Prepared)]
    public int Apply()
    {
        int answered = 0;
        foreach (Value value in _values)
        {
            _slot = _slot.Next;
            _machine.Apply(_slot, value, _answers);
            answered += _answers.Count;
            _answers.Clear();
            if (_machine.IsWriteDue)
            {
                Write();
            }
        }

        return answered;
    }

    private void Write()
    {
        _machine.Seal(_writes);
        _store.Write(_writes, durable: true);
        _machine.OnWritten();
        _writes.Clear();
    }

    // It holds nothing that would have to be released.
    private static MemoryStore Memory() => new();
}
