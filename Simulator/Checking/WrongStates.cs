using System.Diagnostics;
using System.Globalization;
using System.Text;
using PaxosWcf.Consensus;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Simulator;

/// <summary>Replicas whose state was made wrong on purpose: a key's record is another one. What they answer to reads of that key is not held
/// against the twin until they are fenced; all else is, and they must be fenced in the very slot in which they can know.</summary>
internal sealed class WrongStates(SimulatedCluster cluster)
{
    /// <summary>Where segments are longer than this, a run is over before anything could be found.</summary>
    private const int AuditSlotsMax = 100;

    // Where logs are shorter, replicas that were away need a snapshot, and may find the wrong state alone at the slot that they need.
    private const int LogSlotsMin = 1000;

    /// <summary>How wrong values begin: no client writes such a one.</summary>
    public const string Mark = "wrong-";

    private const int VersionsMore = 1000;
    private const int LatestKeys = 4;

    private readonly Dictionary<ReplicaId, WrongKey> _wrong = [];
    private readonly HashSet<string> _keys = [];
    private readonly HashSet<ReplicaId> _receivers = [];

    /// <summary>How many states were made wrong.</summary>
    public int Made { get; private set; }

    /// <summary>How many of them came with a snapshot, from one that was wrong already.</summary>
    public int Spread { get; private set; }

    /// <summary>How many replicas found out, and fenced themselves.</summary>
    public int Found { get; private set; }

    /// <summary>How many were right again before a write met what was wrong: the key was deleted, or the whole state replaced.</summary>
    public int Healed { get; private set; }

    /// <summary>How many answers were wrong.</summary>
    public int Told { get; private set; }

    /// <summary>Whether some state is wrong, or was, and its replica may yet find out when votes on that come late: it is fenced then, as one whose
    /// disk is lost.</summary>
    public bool Any => _wrong.Values.Any(wrong => wrong.IsFound || IsWithin(wrong, StateAudit.SegmentsMax));

    /// <summary>The wrong keys of replicas that have not found out. One that is right again may yet find out that it was not, while the segment in
    /// which that was is judged.</summary>
    public IEnumerable<string> Unfound => _wrong.Values.Where(wrong => !wrong.IsFound && IsWithin(wrong, 2)).Select(wrong => wrong.Key);

    /// <summary>Whether a replica's state is wrong.</summary>
    public bool Has(ReplicaId replica) => _wrong.GetValueOrDefault(replica) is { HealedIn: null };

    /// <summary>Whether a run knows wrong states: where replicas compare theirs, logs are long, and writes are not refused for want of room.</summary>
    public static bool AreKnown(ClusterOptions options) =>
        options is { StoreBytesMax: 0, Storage: { AuditSlots: <= AuditSlotsMax, LogSlotsMax: >= LogSlotsMin } };

    /// <summary>Whether a replica's state may be made wrong now: where replicas compare their states, all others are right and voters, and
    /// every disk is whole.</summary>
    public bool MayMake(SimulatedReplica replica) =>
        AreKnown(cluster.Options) && !Any && DiskRules.MayLose(cluster, replica);

    /// <summary>The process is gone, and the record of one of the keys that were written last is another one.</summary>
    /// <returns>False where there is no key yet.</returns>
    public bool Make(SimulatedReplica replica, int which)
    {
        replica.Crash();
        var store = GenerationStore.Over(replica.Store);
        var records = store.Scan(StoreFamily.Keys, [], until: null).Select(pair => (Key: pair.Key, Record: KeyRecord.Decode(pair.Value)))
            .OrderByDescending(pair => pair.Record.ModificationRevision).Take(LatestKeys).ToArray();
        if (records.Length == 0)
        {
            return false;
        }

        var (key, record) = records[which % records.Length];
        var value = string.Create(CultureInfo.InvariantCulture, $"{Mark}{replica.Id}-{++Made}");
        var writes = new WriteSet();
        writes.Put(StoreFamily.Keys, key, (record with { Version = record.Version + VersionsMore, Value = Encoding.UTF8.GetBytes(value) }).Encode());
        store.Write(writes, durable: true);
        OnMade(replica.Id, Encoding.UTF8.GetString(key), new KeyValueStateMachine(replica.Store).Numbers.AppliedThrough);
        return true;
    }

    /// <summary>A replica's record of a key is wrong, from the state of a slot on.</summary>
    public void OnMade(ReplicaId replica, string key, Slot since)
    {
        _wrong[replica] = new WrongKey(key, since);
        _keys.Add(key);
        cluster.Write($"[WRONG STATE] {replica} after slot {since}: {key}");
    }

    /// <summary>Whether a chunk of a snapshot gets to its receiver. One that is wrong may give its state away before it finds out; where
    /// no majority would be right then, nobody could tell who is wrong, and the chunk is lost on its way.</summary>
    public bool MayGive(ReplicaId from, ReplicaId to)
    {
        if (!Has(from) || _receivers.Contains(to))
        {
            return true;
        }

        var voters = cluster.Checker.Audit.Voters;
        return _receivers.Count + 1 < voters.Members.Count - voters.Majority && _receivers.Add(to);
    }

    /// <summary>A replica has, durably, the state of another.</summary>
    public void OnInstalled(SimulatedReplica replica, Slot through)
    {
        if (_wrong.GetValueOrDefault(replica.Id) is { HealedIn: null } before)
        {
            Heal(replica.Id, before, through);
        }

        foreach (var key in _keys.Where(key => !IsRight(replica, key)))
        {
            if (!_receivers.Contains(replica.Id))
            {
                cluster.Fail($"{replica.Id} has installed a wrong state, and nobody gave it one", inner: null);
            }

            Spread++;
            OnMade(replica.Id, key, through);
        }
    }

    /// <summary>A replica has run: it is fenced where it must be, and nowhere else.</summary>
    public void OnRun(SimulatedReplica replica)
    {
        var wrong = _wrong.GetValueOrDefault(replica.Id);
        if (replica.Driver!.Divergence is { } divergence)
        {
            OnFenced(replica, wrong, divergence);
        }
        else if (wrong is { HealedIn: null })
        {
            CheckUnfenced(replica, wrong);
            wrong.IsRightOnDisk = IsRight(replica, wrong.Key) && !replica.Driver.Machine.HasUnwritten;
        }
    }

    /// <summary>All that a replica has written is durable.</summary>
    public void OnFlushed(ReplicaId replica)
    {
        if (_wrong.GetValueOrDefault(replica) is { HealedIn: null, IsRightOnDisk: true } wrong)
        {
            Heal(replica, wrong, cluster.Checker.AppliedThrough);
        }
    }

    /// <summary>A crash may take away what made it right.</summary>
    public void OnCrashed(ReplicaId replica)
    {
        if (_wrong.GetValueOrDefault(replica) is { } wrong)
        {
            wrong.IsRightOnDisk = false;
        }
    }

    /// <summary>The disk is another, without that state.</summary>
    public void OnDiskLost(ReplicaId replica) => _wrong.Remove(replica);

    /// <summary>A replica answers a read; whether the answer may be wrong.</summary>
    public bool OnRead(ReplicaId replica, string key)
    {
        var mayBeWrong = _wrong.GetValueOrDefault(replica) is { HealedIn: null } wrong && wrong.Key == key;
        Told += mayBeWrong ? 1 : 0;
        return mayBeWrong;
    }

    private bool IsWithin(WrongKey wrong, int segments) =>
        wrong.HealedIn is not { } healed || cluster.Checker.AppliedThrough.Number <= healed.Number + (segments * cluster.Options.Storage.AuditSlots);

    private void Heal(ReplicaId replica, WrongKey wrong, Slot slot)
    {
        wrong.HealedIn = slot;
        Healed++;
        cluster.Write($"[RIGHT AGAIN] {replica}: {wrong.Key}");
    }

    private bool IsRight(SimulatedReplica replica, string key)
    {
        var machine = replica.Driver!.Machine;
        return (machine.Find(key)?.Version ?? 0) == cluster.Checker.VersionAt(key, machine.Numbers.AppliedThrough);
    }

    private void OnFenced(SimulatedReplica replica, WrongKey? wrong, Divergence divergence)
    {
        // A segment may have been met while the state was wrong, and be judged only when it is right again.
        if (wrong is null || divergence.Through <= wrong.Since || divergence.From > wrong.HealedIn)
        {
            cluster.Fail($"{replica.Id} takes its state for wrong in {divergence}, and it is right there", inner: null);
        }

        if (!wrong.IsFound)
        {
            wrong.IsFound = true;
            wrong.HealedIn = null;
            Found++;
            cluster.Operator.OnDiverged(replica);
        }
    }

    // A write has met what is wrong, in a segment that the replica has applied from its first slot on, and it has applied the slot in
    // which a majority came to one hash of it.
    private void CheckUnfenced(SimulatedReplica replica, WrongKey wrong)
    {
        var applied = replica.Driver!.Machine.Numbers.AppliedThrough;
        foreach (var (segment, agreedIn) in cluster.Checker.Audit.Agreements.TakeWhile(agreement => agreement.Segment.Through > wrong.Since))
        {
            var slots = cluster.Options.Storage.AuditSlots;
            var isKept = agreedIn.Number - segment.Through.Number < (StateAudit.SegmentsMax - 1) * slots;
            if (agreedIn <= applied && isKept && segment.From >= cluster.Checker.AppliesFrom(replica.Id) && IsMet(wrong, segment))
            {
                cluster.Fail(
                    $"{replica.Id} has applied slot {agreedIn}, where a majority agrees on {segment.From}..{segment.Through}, and is not fenced: "
                    + $"its {wrong.Key} is wrong since slot {wrong.Since}, and was written there", inner: null);
            }
        }
    }

    // Puts carry what is wrong on, and show it; a delete or a restore ends it.
    private bool IsMet(WrongKey wrong, StateSegment segment) =>
        cluster.Checker.RestoredLast <= wrong.Since
        && cluster.Checker.HistoryBeyond(wrong.Since, wrong.Key).TakeWhile(stood => stood.Revision > 0)
            .Any(stood => stood.Slot >= segment.From && stood.Slot <= segment.Through);

    /// <summary>What is wrong with a replica's state.</summary>
    [DebuggerDisplay("{Key} since {Since}")]
    private sealed class WrongKey(string key, Slot since)
    {
        public string Key => key;

        public Slot Since => since;

        public bool IsFound { get; set; }

        public bool IsRightOnDisk { get; set; }

        public Slot? HealedIn { get; set; }
    }
}
