using BenchmarkDotNet.Attributes;
using PaxosWcf.Consensus;

namespace PaxosWcf.Benchmarks.Core;

/// <summary>What the leader of five computes for a batch of commands, from taking them in to delivering them: no network, no
/// disk.</summary>
public class LeaderBenchmarks
{
    private static readonly ReplicaId Self = new(1);

    private readonly Effects _effects = new();
    private readonly byte[] _payload = new byte[CommandBytes.Payload];
    private readonly List<Envelope> _heard = [];
    private Replica _leader = null!;

    /// <summary>Commands in the batch.</summary>
    [Params(1, 64)]
    public int Commands { get; set; }

    [GlobalSetup]
    public void Lead() => _leader = ElectedLeader.Of(Self);

    [Benchmark]
    public int Batch()
    {
        for (int i = 0; i < Commands; i++)
        {
            _leader.Propose(_payload);
        }

        _leader.EndBatch(_effects);
        int delivered = 0;
        while (Gather())
        {
            foreach (Envelope envelope in _heard)
            {
                _leader.Step(envelope, _effects);
            }

            _leader.EndBatch(_effects);
            delivered += _effects.Deliveries.Count;
        }

        return delivered;
    }

    // What the leader hears next: its own words, and the votes of two others.
    private bool Gather()
    {
        _heard.Clear();
        foreach (Envelope sent in _effects.Sends.Concat(_effects.SendsAfterPersist))
        {
            if (sent.To == Self)
            {
                _heard.Add(sent);
            }
            else if (sent is { To.Number: <= 3, Message: Accept accept })
            {
                _heard.Add(new Envelope(sent.To, Self, new Accepted(accept.Ballot, [.. accept.Proposals.Select(p => p.Slot)]), sent.Call));
            }
        }

        _effects.Clear();
        return _heard.Count > 0;
    }
}
