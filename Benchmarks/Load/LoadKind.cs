namespace PaxosWcf.Benchmarks.Load;

/// <summary>What the clients of a measurement do.</summary>
internal enum LoadKind
{
    /// <summary>Write one value to a key, all keys alike.</summary>
    Put,

    /// <summary>Read one value, linearizably, all keys alike.</summary>
    Get,

    /// <summary>Read what one replica has, which may be old.</summary>
    GetSerializable,

    /// <summary>Write a hundred values in one call, all of them or none.</summary>
    Batch,

    /// <summary>YCSB's workload A: half reads, half writes, keys by a zipfian distribution.</summary>
    YcsbA,

    /// <summary>YCSB's workload B: 95 % reads, 5 % writes, keys by a zipfian distribution.</summary>
    YcsbB,
}

/// <summary>The names of the kinds on the command line and in results.</summary>
internal static class LoadKinds
{
    /// <summary>Writes in one batch.</summary>
    public const int BatchItems = 100;

    private static readonly (string Name, LoadKind Kind)[] Names =
    [
        ("put", LoadKind.Put),
        ("get", LoadKind.Get),
        ("get-serializable", LoadKind.GetSerializable),
        ("batch-100", LoadKind.Batch),
        ("ycsb-a", LoadKind.YcsbA),
        ("ycsb-b", LoadKind.YcsbB),
    ];

    public static IReadOnlyList<string> All => [.. Names.Select(n => n.Name)];

    public static string NameOf(LoadKind kind) => Names.First(n => n.Kind == kind).Name;

    /// <summary>How many operations one answered call counts as.</summary>
    public static int OpsPerCall(LoadKind kind) => kind == LoadKind.Batch ? BatchItems : 1;

    public static LoadKind? Find(string name)
    {
        return Names.Where(n => n.Name == name).Select(n => (LoadKind?)n.Kind).FirstOrDefault();
    }
}
