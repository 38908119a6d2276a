using BenchmarkDotNet.Attributes;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Benchmarks.Core;

/// <summary>One durable write set of the store: the flush that every acceptor owes.</summary>
public class RocksDbBenchmarks : IDisposable
{
    private readonly WriteSet _writes = new();
    private TemporaryStore _temporary = null!;
    private long _key;

    /// <summary>Records of 256 bytes in the write set.</summary>
    [Params(1, 16)]
    public int Records { get; set; }

    /// <summary>Whether it is flushed.</summary>
    [Params(true, false)]
    public bool Durable { get; set; }

    [GlobalSetup]
    public void Open() => _temporary = new TemporaryStore();

    [GlobalCleanup]
    public void Dispose()
    {
        _temporary.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public void Write()
    {
        _writes.Clear();
        for (int i = 0; i < Records; i++)
        {
            _writes.Put(StoreFamily.Log, BitConverter.GetBytes(_key++), new byte[256]);
        }

        _temporary.Store.Write(_writes, Durable);
    }
}
