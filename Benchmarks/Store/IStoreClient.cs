using PaxosWcf.Contracts;

namespace PaxosWcf.Benchmarks.Store;

/// <summary>Calls to one replica of our store. Safe for many calls at once.</summary>
internal interface IStoreClient : IAsyncDisposable
{
    /// <exception cref="Load.CallFailedException">It was not answered.</exception>
    Task PutAsync(string key, byte[] value);

    /// <returns>The value; null when there is none.</returns>
    /// <exception cref="Load.CallFailedException">It was not answered.</exception>
    Task<byte[]?> GetAsync(string key, ReadConsistency consistency);
}
