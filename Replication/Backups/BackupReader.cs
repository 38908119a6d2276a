using System.Text;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Replication.Backups;

/// <summary>A piece of a backup.</summary>
/// <param name="Keys">In the order of their bytes; none is left out between two pages.</param>
/// <param name="IsLast">Whether the backup ends with it.</param>
public sealed record BackupPage(IReadOnlyList<RestoredKey> Keys, bool IsLast);

/// <summary>Reads all keys as of one moment, in pages, for a backup. Sessions stay out, and so do keys of leases, which are about clients that are there now:
/// see ARCHITECTURE.md.</summary>
public sealed class BackupReader : IDisposable
{
    /// <summary>Bytes of keys and values in a page, at most; a single larger key makes a page of its own.</summary>
    public const int PageBytesMax = 1 << 20;

    /// <summary>Keys in a page, at most.</summary>
    public const int PageKeysMax = 4096;

    private readonly GenerationSnapshot _snapshot;
    private readonly Lazy<HashSet<string>> _leased;
    private byte[] _from = [];
    private BackupPage? _last;

    /// <summary>Opens a snapshot of a store, which goes with the reader.</summary>
    public BackupReader(IReplicaStore store)
    {
        _snapshot = GenerationSnapshot.Of(store.Snapshot());
        Numbers = KeyValueStateMachine.ReadNumbers(_snapshot);
        _leased = new Lazy<HashSet<string>>(() => LeaseTable.KeysIn(_snapshot), LazyThreadSafetyMode.None);
    }

    /// <summary>Where the state stood.</summary>
    public StateNumbers Numbers { get; }

    /// <summary>How many keys the backup has.</summary>
    public long Keys => Numbers.Keys - _leased.Value.Count;

    /// <summary>The restore that was under way then; 0: none.</summary>
    public long Restoring => RestoreProgress.CurrentIn(_snapshot);

    /// <summary>The number of the next page, from 0 on.</summary>
    public long Next { get; private set; }

    /// <summary>Reads the next page, or the last one that was read once more.</summary>
    /// <param name="page">Its number.</param>
    /// <returns>Null when it is another page.</returns>
    public BackupPage? Read(long page)
    {
        if (page == Next && _last is not { IsLast: true })
        {
            _last = ReadNext();
            Next++;
            return _last;
        }

        return page == Next - 1 ? _last : null;
    }

    /// <summary>Lets the snapshot go.</summary>
    public void Dispose() => _snapshot.Dispose();

    private BackupPage ReadNext()
    {
        var keys = new List<RestoredKey>();
        var bytes = 0L;
        foreach (var (key, record) in _snapshot.Scan(StoreFamily.Keys, _from, until: null))
        {
            var name = Encoding.UTF8.GetString(key);
            if (_leased.Value.Contains(name))
            {
                continue;
            }

            bytes += key.Length + record.Length;
            if (keys.Count > 0 && (bytes > PageBytesMax || keys.Count == PageKeysMax))
            {
                _from = key;
                return new BackupPage(keys, IsLast: false);
            }

            keys.Add(new RestoredKey(name, KeyRecord.Decode(record)));
        }

        return new BackupPage(keys, IsLast: true);
    }
}
