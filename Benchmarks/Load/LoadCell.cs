namespace PaxosWcf.Benchmarks.Load;

/// <summary>One measurement that is asked for.</summary>
/// <param name="Kind">What the clients do.</param>
/// <param name="ValueBytes">Size of each value.</param>
/// <param name="Clients">How many calls are under way at once: each client has one.</param>
internal sealed record LoadCell(LoadKind Kind, int ValueBytes, int Clients)
{
    /// <summary>What is done, with the size of the values: "put-100B", "get-16KiB".</summary>
    public string Operation => $"{LoadKinds.NameOf(Kind)}-{ByteSize.Text(ValueBytes)}";
}

/// <summary>Sizes as people write them.</summary>
internal static class ByteSize
{
    /// <summary>"100B", "16KiB", "1MiB".</summary>
    public static string Text(int bytes) => bytes switch
    {
        >= 1 << 20 when bytes % (1 << 20) == 0 => $"{bytes >> 20}MiB",
        >= 1 << 10 when bytes % (1 << 10) == 0 => $"{bytes >> 10}KiB",
        _ => $"{bytes}B",
    };
}
