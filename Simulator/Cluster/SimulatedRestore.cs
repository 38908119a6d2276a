using PaxosWcf.Replication.Backups;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Simulator;

/// <summary>Restores, as the console does, a backup that was taken of the very state that the restore meets: all keys are deleted
/// and put again, with their revisions and versions, so the state is the same afterwards. Whatever a client sees of it in between
/// is a state that never was. Each step is tried at one replica after the other until it is answered.</summary>
internal sealed class SimulatedRestore
{
    private const int KeysPerStepMax = 2;

    // What was taken by replicas that still had room may be more than fits in again.
    private const int FullTicksMax = 100;

    private readonly SimulatedCluster _cluster;
    private readonly Random _random;
    private long _restore;

    public SimulatedRestore(SimulatedCluster cluster)
    {
        _cluster = cluster;
        _random = cluster.Streams.Of("restore");
    }

    /// <summary>Whether one was begun and is not over.</summary>
    public bool IsUnderWay { get; private set; }

    /// <summary>How many are over.</summary>
    public int Done { get; private set; }

    /// <summary>Begins one; false where one is under way already.</summary>
    public bool Begin()
    {
        if (IsUnderWay)
        {
            return false;
        }

        IsUnderWay = true;
        _restore = _random.NextInt64(1, long.MaxValue);
        Ask(new BeginRestore(_restore, Force: true), _ => ReadBackup());
        return true;
    }

    // From the restore's first step to its last nothing else is written: whichever replica has applied the first holds all keys.
    private void ReadBackup()
    {
        var source = _cluster.Replicas.FirstOrDefault(
            replica => replica.IsUp && !_cluster.Wrong.Has(replica.Id) && new KeyValueStateMachine(replica.Store.Image()).Restoring == _restore);
        if (source is null)
        {
            _cluster.Time.After(VirtualTime.Tick, ReadBackup);
            return;
        }

        using var reader = new BackupReader(source.Store.Image());
        var keys = new List<RestoredKey>();
        for (var isLast = false; !isLast;)
        {
            var page = reader.Read(reader.Next)!;
            keys.AddRange(page.Keys);
            isLast = page.IsLast;
        }

        _cluster.Write($"[RESTORE] {_restore:x} of {keys.Count} keys, revision {reader.Numbers.Revision}, from {source.Id}");
        var removed = keys.Select(key => new RestoredKey(key.Key, Record: null));
        Step([.. removed.Chunk(KeysPerStepMax), .. keys.Chunk(KeysPerStepMax)], 0, keys, reader.Numbers.Revision);
    }

    private void Step(RestoredKey[][] steps, int at, List<RestoredKey> keys, long revision)
    {
        if (at < steps.Length)
        {
            Ask(new RestoreKeys(_restore, steps[at]), _ => Step(steps, at + 1, keys, revision));
        }
        else
        {
            Ask(new EndRestore(_restore, revision, keys.Count), answer => OnEnded(answer, keys, revision));
        }
    }

    private void OnEnded(RestoreAnswer answer, List<RestoredKey> keys, long revision)
    {
        if (answer.Step == RestoreStep.Incomplete)
        {
            // A late repeat of a step that removed keys came after they were put again.
            Step([.. keys.Chunk(KeysPerStepMax)], 0, keys, revision);
            return;
        }

        _cluster.Write($"[RESTORE] {_restore:x} is over: {answer}");
        Done++;
        IsUnderWay = false;
    }

    private void Ask(KeyValueCommand step, Action<RestoreAnswer> then)
    {
        var asked = _cluster.Begin(step, step.GetType().Name, _cluster.Replicas[_random.Next(_cluster.Replicas.Count)]);
        Await(asked, 0, () => then((RestoreAnswer)asked.Answer!));
    }

    private void Await(Operation asked, int ticks, Action then) => _cluster.Time.After(VirtualTime.Tick, () =>
    {
        if (asked.IsDone)
        {
            then();
            return;
        }

        var isForRoom = ticks >= FullTicksMax && _cluster.Replicas.Any(replica => replica.Quota.IsFull);
        foreach (var replica in _cluster.Replicas.Where(_ => isForRoom))
        {
            replica.Quota.Raise();
        }

        Await(asked, isForRoom ? 0 : ticks + 1, then);
    });
}
