using PaxosWcf.Consensus;

namespace PaxosWcf.Benchmarks.Core;

/// <summary>A replica that four others have elected, in memory.</summary>
internal static class ElectedLeader
{
    private const int TicksMax = 1000;

    public static Replica Of(ReplicaId self)
    {
        var first = Configuration.First(new Quorum(Enumerable.Range(1, 5).Select(n => new ReplicaId(n))));
        Dictionary<ReplicaId, Replica> all = Enumerable.Range(1, 5).Select(n => new ReplicaId(n)).ToDictionary(
            id => id,
            id => new Replica(
                id, first, new ConsensusOptions(), new ReplicaState(1, Ballot.None, Slot.None, AcceptorState.Fresh), new Random(id.Number)));
        for (int tick = 0; all[self].Leading is null; tick++)
        {
            Invariant.Holds(tick < TicksMax, "a replica that alone is impatient comes to lead");
            var effects = new Effects();
            all[self].Tick(effects);
            all[self].EndBatch(effects);
            Settle(all, effects);
        }

        return all[self];
    }

    private static void Settle(Dictionary<ReplicaId, Replica> all, Effects first)
    {
        var underWay = new Queue<Envelope>(first.Sends.Concat(first.SendsAfterPersist));
        while (underWay.TryDequeue(out Envelope? envelope))
        {
            var effects = new Effects();
            all[envelope.To].Step(envelope, effects);
            all[envelope.To].EndBatch(effects);
            foreach (Envelope sent in effects.Sends.Concat(effects.SendsAfterPersist))
            {
                underWay.Enqueue(sent);
            }
        }
    }
}
