using PaxosWcf.Replication;
using PaxosWcf.Replication.Changes;

namespace PaxosWcf.Simulator;

/// <summary>Somebody who watches as the host's WatchCalls does: reads what there is, and waits in a replica's loop for more; then the
/// same at another replica.</summary>
internal sealed class SimulatedWatcher
{
    private const int PauseMax = 3 * VirtualTime.Tick;
    private const int WakeTimeMax = 50;
    private const int WaitTicksMax = 30;

    private static readonly ChangeFilter[] Filters =
        [new("", IsPrefix: true), new("k", IsPrefix: true), new("k1", IsPrefix: true), new("k0", IsPrefix: false), new("k2", IsPrefix: false)];

    private readonly SimulatedCluster _cluster;
    private readonly Random _random;

    /// <summary>Makes a watcher of some keys; its number decides of which.</summary>
    public SimulatedWatcher(SimulatedCluster cluster, int number)
    {
        _cluster = cluster;
        _random = cluster.Streams.Of("watcher", number);
        Follower = new ChangeFollower(cluster, $"watcher {number}", Filters[_random.Next(Filters.Length)], _random);
    }

    /// <summary>How often it was woken.</summary>
    public int Woken { get; private set; }

    /// <summary>What it reads.</summary>
    public ChangeFollower Follower { get; }

    /// <summary>Begins.</summary>
    public void Start() => Pause();

    private void Pause() => _cluster.Time.After(_random.Next(1, PauseMax), Look);

    private void Look()
    {
        if (Follower.Draw() is not { } replica || !Follower.ReadAt(replica))
        {
            Pause();
            return;
        }

        var wait = new Wait(this, replica);
        if (replica.Post(new WatchRequested(Follower.Filter, Follower.Next, _random.Next(1, WaitTicksMax), wait)))
        {
            replica.Open(wait);
        }
        else
        {
            Pause();
        }
    }

    private void OnChange(SimulatedReplica replica, long life, long revision)
    {
        Woken++;

        // The host reads on another thread, some time after the loop said that there is something.
        _cluster.Time.After(_random.Next(WakeTimeMax), () =>
        {
            if (life == replica.Life)
            {
                Follower.ReadAt(replica, revision);
            }

            Pause();
        });
    }

    private void OnOver(long completeThrough)
    {
        Follower.OnNothing(completeThrough);
        Pause();
    }

    /// <summary>One wait at one replica.</summary>
    private sealed class Wait(SimulatedWatcher owner, SimulatedReplica replica) : IWatchCaller, IOpenCall
    {
        private readonly long _life = replica.Life;

        public void OnChange(long revision)
        {
            replica.Close(this);
            owner.OnChange(replica, _life, revision);
        }

        public void OnOver(long completeThrough)
        {
            replica.Close(this);
            owner.OnOver(completeThrough);
        }

        public void OnRefused(Refusal refusal)
        {
            replica.Close(this);
            owner.Pause();
        }

        public void OnConnectionLost() => owner.Pause();
    }
}
