using System.Globalization;
using System.Runtime.InteropServices;
using RocksDbSharp;

namespace PaxosWcf.Replication.Storage;

/// <summary>An open RocksDB with what its readers and its writer share: the families, the gate, the first failure.</summary>
internal sealed class NativeStore
{
    // rocksdb_disable of RocksDB's C interface.
    private const int PerfLevelDisable = 1;

    // kIfHaveCompactionFilter and kForce of RocksDB's BottommostLevelCompaction: what the lowest tables refer to is looked at with the latter alone.
    private const byte BottomIfFiltered = 1;
    private const byte BottomAnyway = 2;

    // Each is a quarter of what there is then, and there is less each time: so many come round once, however much of them goes.
    private const int BlobPartsMax = 16;

    // Keeps the wrapper's finalizer away: it would close the database under iterators finalized after it.
    private readonly GCHandle _root;
    private readonly ColumnFamilyHandle[] _families;
    private readonly ReadOptions _latest = new();
    private volatile StoreFailedException? _failure;

    private NativeStore(string directory, RocksDb database)
    {
        Directory = directory;
        Database = database;
        Gate = new NativeGate(nameof(RocksDbStore));
        _root = GCHandle.Alloc(database);
        _families = [.. Enum.GetNames<StoreFamily>().Select(database.GetColumnFamily)];
    }

    public string Directory { get; }

    public RocksDb Database { get; }

    public NativeGate Gate { get; }

    /// <summary>Whether something has failed: what is on disk is not known then.</summary>
    public bool HasFailed => _failure is not null;

    public static NativeStore Open(string directory, bool create, ulong writeBufferBytes)
    {
        try
        {
            if (System.IO.Directory.Exists(directory) && LogTail.FindDamage(directory) is { } log)
            {
                throw new StoreFailedException(
                    $"The store in {directory} could not be opened: {log} is damaged. A record in it is not whole, and not as a crash "
                    + "leaves the last one. What it was may be a promise.");
            }

            DbOptions options = RocksDbSettings.Database(create, RocksDbSettings.WriteBuffersBytesMax);
            ColumnFamilies families = RocksDbSettings.Families(writeBufferBytes);
            return new NativeStore(directory, RocksDb.Open(options, directory, families));
        }
        catch (Exception error) when (error is RocksDbSharpException or DllNotFoundException or IOException
                                          or UnauthorizedAccessException or TypeInitializationException)
        {
            if (DiskTrouble.Of(error) is { } trouble)
            {
                // What a full disk cut short is no damage, so no file is named.
                throw new StoreFailedException($"The store in {directory} could not be opened: {trouble.Sentence} ({error.Message}).", error)
                {
                    IsOfTheDisk = trouble.IsOfTheDisk,
                };
            }

            string where = LogTail.FindBroken(directory) is { } log ? $" A record in {log} is not whole." : "";
            throw new StoreFailedException($"The store in {directory} could not be opened: {error.Message}.{where}", error);
        }
    }

    public ColumnFamilyHandle Family(StoreFamily family) => _families[(int)family];

    public byte[]? Find(StoreFamily family, ReadOnlySpan<byte> key, ReadOptions? options)
    {
        try
        {
            CountNothing();
            return Database.Get(key, Family(family), options ?? _latest);
        }
        catch (RocksDbSharpException error)
        {
            throw Failed($"reading from {family}", error);
        }
    }

    /// <summary>RocksDB counts each comparison of keys, in variables of the thread, for whoever wants to see it, which nobody does here: 4 % of what a
    /// replica does with a put. The setting is the thread's too, and a loop runs on many.</summary>
    public static void CountNothing() => Native.Instance.rocksdb_set_perf_level(PerfLevelDisable);

    /// <summary>Remembers the first failure, so that nothing is written after it, and words this one.</summary>
    public StoreFailedException Failed(string operation, Exception error)
    {
        DiskTrouble? trouble = DiskTrouble.Of(error);
        string todo = trouble is { IsHarmless: true } ? $" ({trouble.Sentence})" : "";
        var failure = new StoreFailedException($"The store in {Directory} failed while {operation}: {error.Message}{todo}", error)
        {
            IsOfTheDisk = trouble is { IsOfTheDisk: true },
        };
        _failure ??= failure;
        return failure;
    }

    public void ThrowIfFailed()
    {
        if (_failure is { } first)
        {
            throw new StoreFailedException(
                $"The store in {Directory} takes no writes any more, because it has failed before. {first.Message}", first)
            {
                IsOfTheDisk = first.IsOfTheDisk,
            };
        }
    }

    /// <summary>Compacts every family to the bottom; what is still in memory is flushed with it. Where values that nobody needs any more take room in blob files these are
    /// written anew, <see cref="RocksDbSettings.BlobAgeCutoff"/> of them at a time, so that no more than that is there twice; a part that the disk has no room for is left.</summary>
    public void Reclaim()
    {
        foreach (ColumnFamilyHandle family in _families)
        {
            using NativeGate.Visit visit = Gate.Enter();
            try
            {
                // Only now does RocksDB know what of the blob files is not needed.
                Compact(family, BottomIfFiltered);
                for (int parts = 0; parts < BlobPartsMax && IsWorthwhile(family) && HasRoom(family); parts++)
                {
                    CompactOldestBlobs(family);
                }
            }
            catch (RocksDbSharpException error)
            {
                throw Failed("reclaiming space", error);
            }
        }
    }

    /// <summary>Closes once; false, and nothing to wait for, for whoever comes second.</summary>
    public bool Close()
    {
        // What was compacted by hand so far is worth keeping; the rest would hold the stop up.
        if (!Gate.IsClosed)
        {
            Native.Instance.rocksdb_disable_manual_compaction(Database.Handle);
        }

        if (!Gate.Close())
        {
            return false;
        }

        Database.Dispose();
        _root.Free();
        return true;
    }

    private bool IsWorthwhile(ColumnFamilyHandle family) =>
        Number(family, "rocksdb.live-blob-file-garbage-size") * 100 >= Number(family, "rocksdb.live-blob-file-size") * RocksDbSettings.BlobGarbagePercentMin
        && Number(family, "rocksdb.live-blob-file-garbage-size") > 0;

    // A compaction that fills the disk ends the replica.
    private bool HasRoom(ColumnFamilyHandle family)
    {
        double needed = (Number(family, "rocksdb.live-blob-file-size") * RocksDbSettings.BlobAgeCutoff)
            + RocksDbSettings.BlobFileBytesMax + Math.Min(Number(family, "rocksdb.total-sst-files-size"), RocksDbSettings.CompactionBytesMax);
        return new DriveInfo(Path.GetFullPath(Directory)).AvailableFreeSpace > needed;
    }

    private double Number(ColumnFamilyHandle family, string property) =>
        double.Parse(Database.GetProperty(property, family), CultureInfo.InvariantCulture);

    private void CompactOldestBlobs(ColumnFamilyHandle family)
    {
        // The part is rounded down to whole files: of a few files it would be none.
        double oldest = Math.Min(1, 1.001 / Number(family, "rocksdb.num-blob-files"));
        try
        {
            SetBlobAgeCutoff(family, Math.Max(oldest, RocksDbSettings.BlobAgeCutoff));
            Compact(family, BottomAnyway);
        }
        finally
        {
            SetBlobAgeCutoff(family, RocksDbSettings.BlobAgeCutoff);
        }
    }

    private void SetBlobAgeCutoff(ColumnFamilyHandle family, double cutoff) => Native.Instance.rocksdb_set_options_cf(
        Database.Handle, family.Handle, 1, ["blob_garbage_collection_age_cutoff"], [cutoff.ToString(CultureInfo.InvariantCulture)]);

    private void Compact(ColumnFamilyHandle family, byte bottom)
    {
        IntPtr options = Native.Instance.rocksdb_compactoptions_create();
        try
        {
            Native.Instance.rocksdb_compactoptions_set_bottommost_level_compaction(options, bottom);
            Native.Instance.rocksdb_compact_range_cf_opt(Database.Handle, family.Handle, options, IntPtr.Zero, 0, IntPtr.Zero, 0);
        }
        finally
        {
            Native.Instance.rocksdb_compactoptions_destroy(options);
        }
    }
}
