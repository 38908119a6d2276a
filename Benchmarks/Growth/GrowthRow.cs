using System.Globalization;
using PaxosWcf.Benchmarks.Results;

namespace PaxosWcf.Benchmarks.Growth;

/// <summary>What was found with one number of keys.</summary>
internal sealed record GrowthRow
{
    public required int Keys { get; init; }

    public required Measurement Put { get; init; }

    public required Measurement Get { get; init; }

    /// <summary>Memory of the largest replica process, in bytes.</summary>
    public required long Memory { get; init; }

    /// <summary>Disk of the largest data directory, in bytes: after loading, before anything else is written.</summary>
    public required long Disk { get; init; }

    /// <summary>From the start of a replica that was killed to its first answer.</summary>
    public required TimeSpan Restart { get; init; }

    /// <summary>Disk that one more write takes, in bytes, over all that the replica missed.</summary>
    public required double DiskPerWrite { get; init; }

    /// <summary>From the start of a replica that missed writes to its having applied the last of them.</summary>
    public required TimeSpan CatchUp { get; init; }

    public static Grid Table(IEnumerable<GrowthRow> rows, int missed) => Grid.Of(
        [
            "keys", "put/s", "p99 ms", "get/s", "p99 ms", "memory MiB", "disk MiB", "restart s", $"catch up {ResultTable.Number(missed)} s",
            "disk bytes/write",
        ],
        textColumns: 0,
        rows.Select(r => new[]
        {
            ResultTable.Number(r.Keys),
            ResultTable.Number(r.Put.OpsPerS),
            ResultTable.Milliseconds(r.Put.P99Ms),
            ResultTable.Number(r.Get.OpsPerS),
            ResultTable.Milliseconds(r.Get.P99Ms),
            ResultTable.Number(r.Memory >> 20),
            ResultTable.Number(r.Disk >> 20),
            r.Restart.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture),
            r.CatchUp.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture),
            ResultTable.Number(r.DiskPerWrite),
        }));
}
