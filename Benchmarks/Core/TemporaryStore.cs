using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Benchmarks.Core;

/// <summary>A RocksDB store in a directory of its own, gone with it.</summary>
internal sealed class TemporaryStore : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("paxoswcf-core-store-");

    public TemporaryStore() => Store = RocksDbStore.Open(Path.Combine(_directory.FullName, "store"), create: true);

    public RocksDbStore Store { get; }

    public void Dispose()
    {
        Store.Dispose();
        _directory.Delete(recursive: true);
    }
}
