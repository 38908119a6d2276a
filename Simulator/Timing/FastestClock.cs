using PaxosWcf.Consensus;

namespace PaxosWcf.Simulator;

/// <summary>Time as the clock of a replica would show it that always ran as fast as the fastest does: whoever counts on a time that replicas measure can count on no
/// more.</summary>
/// <param name="now">The simulated time.</param>
internal sealed class FastestClock(Func<long> now)
{
    private readonly Dictionary<ReplicaId, int> _driftPercents = [];
    private long _since;
    private long _shown;
    private int _fastestPercent;

    /// <summary>What it shows.</summary>
    public long Now => _shown + ((now() - _since) * 100 / (100 + _fastestPercent));

    /// <summary>A replica's next tick, which begins now, takes so many percent longer than it should.</summary>
    public void Set(ReplicaId replica, int driftPercent)
    {
        (_shown, _since) = (Now, now());
        _driftPercents[replica] = driftPercent;
        _fastestPercent = _driftPercents.Values.Min();
    }
}
