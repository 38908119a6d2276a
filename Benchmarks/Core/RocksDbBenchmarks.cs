using BenchmarkDotNet.Attributes;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Benchmarks.Core;

/// <summary>One durable write set of the store: the flush that every acceptor owes.</summary>
public class RocksDbBenchmarks
{
    private readonly WriteSet _writes = new();
    private DirectoryInfo _directory = null!;
    private RocksDbStore _store = null!;
    private long _key;

    /// <summary>Records of 256 bytes in the write set.</summary>
    [Params(1, 16)]
    public int Records { get; set; }

    /// <summary>Whether it is flushed.</summary>
    [Params(true, false)]
    public bool Durable { get; set; }

    [GlobalSetup]
    public void Open()
    {
        _directory = Directory.CreateTempSubdirectory("paxoswcf-core-store-");
        _store = RocksDbStore.Open(Path.Combine(_directory.FullName, "store"), create: true);
    }

    [GlobalCleanup]
    public void Close()
    {
        _store.Dispose();
        _directory.Delete(recursive: true);
    }

    [Benchmark]
    public void Write()
    {
        _writes.Clear();
        for (int i = 0; i < Records; i++)
        {
            _writes.Put(StoreFamily.Log, BitConverter.GetBytes(_key++), new byte[256]);
        }

        _store.Write(_writes, Durable);
    }
}
