using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Benchmarks.Core;

/// <summary>One look-up of a random key in a store of many: what every get costs, and every put of a key that was not written lately.</summary>
public class LookUpBenchmarks : IDisposable
{
    private const int KeyBytes = 16;
    private const int ValueBytes = 140;
    private const int WriteSetRecords = 1024;

    private readonly Random _random = new(1);
    private readonly byte[] _key = new byte[KeyBytes];
    private TemporaryStore _temporary = null!;

    /// <summary>Records in the store, of 156 bytes each that do not compress.</summary>
    [Params(1_000, 100_000, 2_000_000)]
    public int Records { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _temporary = new TemporaryStore();
        var writes = new WriteSet();
        for (int n = 0; n < Records; n++)
        {
            byte[] value = new byte[ValueBytes];
            _random.NextBytes(value);
            writes.Put(StoreFamily.Keys, KeyOf(2 * n).ToArray(), value);
            if (writes.Count == WriteSetRecords || n == Records - 1)
            {
                _temporary.Store.Write(writes, durable: false);
                writes.Clear();
            }
        }
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _temporary.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public byte[]? KeyThatIsThere() => _temporary.Store.Find(StoreFamily.Keys, KeyOf(2 * _random.Next(Records)));

    [Benchmark]
    public byte[]? KeyThatIsNot() => _temporary.Store.Find(StoreFamily.Keys, KeyOf((2 * _random.Next(Records)) + 1));

    private ReadOnlySpan<byte> KeyOf(int number)
    {
        BinaryPrimitives.WriteInt32BigEndian(_key.AsSpan(KeyBytes - sizeof(int)), number);
        return _key;
    }
}
