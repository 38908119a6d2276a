namespace PaxosWcf.Benchmarks.Load;

/// <summary>Calls to one server of a store. Safe for many calls at once. What is not answered fails with a
/// <see cref="CallFailedException"/>.</summary>
internal interface ILoadClient : IAsyncDisposable
{
    Task PutAsync(string key, byte[] value);

    /// <summary>Writes all or none; the keys differ.</summary>
    Task BatchAsync(IReadOnlyList<(string Key, byte[] Value)> puts);

    /// <summary>Reads one value, linearizably or what this server has.</summary>
    /// <returns>The size of the value; null when there is none.</returns>
    Task<int?> GetAsync(string key, bool linearizable);
}
