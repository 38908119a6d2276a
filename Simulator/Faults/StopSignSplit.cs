using PaxosWcf.Consensus;

namespace PaxosWcf.Simulator;

/// <summary>Splits the cluster at the moment at which a change of the members is proposed: a stop-sign that one acceptor has, or none but its leader, and leaders that do not know of it.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="isOver">Whether no more harm is to be done, nor anything taken back.</param>
/// <param name="made">Told of each split.</param>
internal sealed class StopSignSplit(SimulatedCluster cluster, Func<bool> isOver, Action made)
{
    private const int DownTicksMax = 60;

    private readonly Random _random = cluster.Streams.Of("stop-sign splits");
    private readonly HashSet<Ballot> _split = [];

    /// <summary>Lies in wait.</summary>
    /// <param name="ticks">How long the links are cut.</param>
    /// <returns>Waits no longer.</returns>
    public Action Begin(int ticks)
    {
        cluster.Sending += OnSending;
        return () => cluster.Sending -= OnSending;

        void OnSending(Envelope envelope) => Look(envelope, ticks);
    }

    private void Look(Envelope envelope, int ticks)
    {
        if (isOver() || envelope.From == envelope.To || envelope.Message is not Accept accept
            || !accept.Proposals.Any(proposal => proposal.Value.Change is not null) || !_split.Add(accept.Ballot))
        {
            return;
        }

        made();
        ReplicaId[] side = _random.Next(3) == 0 ? [envelope.From] : [envelope.From, envelope.To];
        (ReplicaId From, ReplicaId To)[] cut = [.. from one in cluster.Quorum.Members
                                                   from other in cluster.Quorum.Members
                                                   where side.Contains(one) != side.Contains(other)
                                                   select (one, other)];
        cluster.Write($"[STOP-SIGN SPLIT] {string.Join(' ', side)} at {envelope}");
        foreach (var (from, to) in cut)
        {
            cluster.Network.CutOneWay(from, to);
        }

        After(ticks, () =>
        {
            foreach (var (from, to) in cut)
            {
                cluster.Network.MendOneWay(from, to);
            }

            if (_random.Next(2) == 0 && cluster.Leader is { } leader)
            {
                leader.Crash();
                After(_random.Next(1, DownTicksMax), leader.Start);
            }
        });
    }

    private void After(int ticks, Action action) => cluster.Time.After(ticks * VirtualTime.Tick, () =>
    {
        if (!isOver())
        {
            action();
        }
    });
}
