using RocksDbSharp;

namespace PaxosWcf.Replication.Storage;

/// <summary>How RocksDB is set up for one replica: for safety first, then for five replicas on one small machine.</summary>
internal static class RocksDbSettings
{
    /// <summary>Memory for records not yet in table files, all families together, in bytes. More means fewer and larger
    /// flushes, and a longer replay after a crash.</summary>
    public const ulong WriteBuffersBytesMax = 32UL << 20;

    /// <summary>The same for one family, in bytes; two such buffers may exist while one is written out.</summary>
    public const ulong WriteBufferBytesMax = 8UL << 20;

    /// <summary>Memory for blocks read from table files, all families together, in bytes.</summary>
    public const ulong BlockCacheBytesMax = 32UL << 20;

    /// <summary>Write-ahead log that may gather before the oldest family is flushed, in bytes: bounds the replay at start.</summary>
    public const ulong WalBytesMax = 64UL << 20;

    /// <summary>Files one store holds open at most; five replicas stay well below the usual limit of 1,024.</summary>
    public const int OpenFilesMax = 128;

    /// <summary>RocksDB's own log files: this many, of this many bytes.</summary>
    public const ulong InfoLogsMax = 2;

    /// <inheritdoc cref="InfoLogsMax"/>
    public const ulong InfoLogBytesMax = 1UL << 20;

    /// <summary>A value of at least so many bytes is written to a blob file, once, and tables hold where it is: a compaction of tables copies no large
    /// values (Lu et al., "WiscKey", FAST 2016). Smaller ones are read faster from the tables.</summary>
    public const ulong BlobBytesMin = 4 << 10;

    /// <summary>Bytes of one blob file, at most, but for one larger value.</summary>
    public const ulong BlobFileBytesMax = 16UL << 20;

    /// <summary>Which part of the blob files, the oldest first, a compaction takes what is still needed out of, so that the file can go.</summary>
    public const double BlobAgeCutoff = 0.25;

    /// <summary>When so much of these oldest files is not needed any more they are dealt with at once, whatever else there is to compact.</summary>
    public const double BlobGarbageMax = 0.5;

    /// <summary>Reclaiming rewrites blob files where at least so many percent of them are not needed any more.</summary>
    public const int BlobGarbagePercentMin = 1;

    /// <summary>Bytes of tables that one compaction takes at most (RocksDB's default: 25 tables of 64 MiB).</summary>
    public const double CompactionBytesMax = 25.0 * (64 << 20);

    /// <summary>Options of the database. A missing database is created only if asked for: an established replica whose
    /// store is gone must not find an empty one in its place.</summary>
    public static DbOptions Database(bool create, ulong writeBuffersBytes)
    {
        DbOptions options = new DbOptions()
            .SetCreateIfMissing(create)
            .SetCreateMissingColumnFamilies(true)
            // A torn tail is what a crash leaves. Point-in-time recovery would also cut at a damaged middle,
            // and so silently forget promises that were given. What no mode tells apart: a record length that went bad
            // within the last 32 KiB block of the newest log looks like a torn tail.
            .SetWalRecoveryMode(Recovery.TolerateCorruptedTailRecords)
            .SetParanoidChecks(true)
            .SetDbWriteBufferSize(writeBuffersBytes)
            .SetMaxTotalWalSize(WalBytesMax)
            .SetMaxOpenFiles(OpenFilesMax)
            .SetInfoLogLevel(InfoLogLevel.Warn)
            .SetKeepLogFileNum(InfoLogsMax)
            .SetMaxLogFileSize(InfoLogBytesMax)
            .SetStatsDumpPeriodSec(0);

        // Each log names its predecessor: a log missing or cut short before another one is refused, not skipped.
        Native.Instance.rocksdb_options_set_track_and_verify_wals(options.Handle, 1);
        return options;
    }

    /// <summary>One column family for each <see cref="StoreFamily"/>, sharing one block cache.</summary>
    public static ColumnFamilies Families(ulong writeBufferBytes)
    {
        // Index and filter in blocks of a few KiB, of which a look-up reads those it needs. As one block a table each they are as large
        // as a shard of the cache from some hundred thousand keys on: never kept, and read whole for every look-up.
        BlockBasedTableOptions table = new BlockBasedTableOptions()
            .SetBlockCache(Cache.CreateLru(BlockCacheBytesMax))
            .SetIndexType(BlockBasedTableIndexType.TwoLevelIndex)
            .SetCacheIndexAndFilterBlocks(true)
            .SetFilterPolicy(BloomFilterPolicy.Create(10, false));
        Native.Instance.rocksdb_block_based_options_set_partition_filters(table.Handle, 1);
        Native.Instance.rocksdb_block_based_options_set_pin_top_level_index_and_filter(table.Handle, 1);
        ColumnFamilyOptions lasting = Family(table, writeBufferBytes, Compression.Lz4);
        ColumnFamilyOptions passing = Family(table, writeBufferBytes, Compression.No);
        var families = new ColumnFamilies(lasting);
        foreach (StoreFamily family in Enum.GetValues<StoreFamily>())
        {
            families.Add(family.ToString(), IsPassing(family) ? passing : lasting);
        }

        return families;
    }

    /// <summary>Whether a family's records go as others come: what was compressed when it was written would soon be deleted, and they are
    /// bounded in bytes as they are.</summary>
    private static bool IsPassing(StoreFamily family) => family is StoreFamily.Log or StoreFamily.Changes or StoreFamily.OtherChanges;

    // What was just written is written again when it is merged into the state that is there; it is compressed then, not twice.
    private static ColumnFamilyOptions Family(BlockBasedTableOptions table, ulong writeBufferBytes, Compression compression)
    {
        ColumnFamilyOptions options = new ColumnFamilyOptions()
            .SetBlockBasedTableFactory(table)
            .SetWriteBufferSize(writeBufferBytes)
            .SetCompression(compression);
        Native.Instance.rocksdb_options_set_compression_per_level(options.Handle, [(int)Compression.No, (int)compression], 2);
        SeparateLargeValues(options, compression);
        return options;
    }

    private static void SeparateLargeValues(ColumnFamilyOptions options, Compression compression)
    {
        Native.Instance.rocksdb_options_set_enable_blob_files(options.Handle, 1);
        Native.Instance.rocksdb_options_set_min_blob_size(options.Handle, BlobBytesMin);
        Native.Instance.rocksdb_options_set_blob_file_size(options.Handle, BlobFileBytesMax);
        Native.Instance.rocksdb_options_set_blob_compression_type(options.Handle, (int)compression);
        Native.Instance.rocksdb_options_set_enable_blob_gc(options.Handle, 1);
        Native.Instance.rocksdb_options_set_blob_gc_age_cutoff(options.Handle, BlobAgeCutoff);
        Native.Instance.rocksdb_options_set_blob_gc_force_threshold(options.Handle, BlobGarbageMax);
    }
}
