using System.Globalization;
using PaxosWcf.Benchmarks.Compare;
using PaxosWcf.Benchmarks.DotNext;
using PaxosWcf.Benchmarks.Echo;
using PaxosWcf.Benchmarks.Etcd;
using PaxosWcf.Benchmarks.Inside;
using PaxosWcf.Benchmarks.Load;
using PaxosWcf.Benchmarks.Results;
using PaxosWcf.Benchmarks.Store;
using PaxosWcf.Benchmarks.ZooKeeper;

namespace PaxosWcf.Benchmarks.Goal;

/// <summary>Holds the measurements of one run against what the store is to reach.</summary>
internal static class GoalCheck
{
    /// <summary>The numbers of clients that are asked about.</summary>
    public static readonly IReadOnlyList<int> Clients = [1, 16, 64, 256];

    /// <summary>The size of the values, in bytes.</summary>
    public const int ValueBytes = 100;

    private const double AheadBy = 1.1;
    private const double BatchesAheadBy = 2;
    private const double ShareOfEcho = 0.6;
    private const int EchoClients = 64;

    /// <summary>Every line of the goal. A line with calls that failed, whosever they are, is not met, nor one where another system ended no call.</summary>
    public static IReadOnlyList<GoalLine> Of(IReadOnlyList<Measurement> measured)
    {
        return
        [
            .. Clients.Select(n => Ahead(LoadKind.Put, n, measured)),
            .. Clients.Select(n => Ahead(LoadKind.Get, n, measured)),
            .. Clients.Select(n => Batches(n, measured)),
            Echo(measured),
            .. Clients.Where(n => n > 1).Select(n => Inside(n, measured)),
        ];
    }

    private static GoalLine Ahead(LoadKind kind, int clients, IReadOnlyList<Measurement> measured)
    {
        Comparison? seen = Compare(kind, clients, measured, [EtcdSystem.SystemName, ZooKeeperSystem.SystemName]);
        return new GoalLine(
            Text($"{Op(kind)}, {clients} clients: {AheadBy:0.0} times the better of etcd and ZooKeeper, p99 no worse"),
            seen is null ? null : Text(
                $"{seen.Throughput:0.00} times {seen.Best.System}, p99 {seen.Ours.P99Ms:0.0} to {seen.Best.P99Ms:0.0} ms{Flaws(seen)}"),
            seen is { Throughput: >= AheadBy, Tail: <= 1 } && IsSound(seen));
    }

    private static GoalLine Batches(int clients, IReadOnlyList<Measurement> measured)
    {
        Comparison? seen = Compare(LoadKind.Batch, clients, measured, [EtcdSystem.SystemName]);
        return new GoalLine(
            Text($"{Op(LoadKind.Batch)}, {clients} clients: {BatchesAheadBy:0.0} times etcd's transactions of {LoadKinds.BatchItems}"),
            seen is null ? null : Text($"{seen.Throughput:0.00} times{Flaws(seen)}"),
            seen is { Throughput: >= BatchesAheadBy } && IsSound(seen));
    }

    private static GoalLine Echo(IReadOnlyList<Measurement> measured)
    {
        Comparison? seen = Compare(LoadKind.Put, EchoClients, measured, [EchoSystems.StoreName]);
        return new GoalLine(
            Text($"{Op(LoadKind.Put)}, {EchoClients} clients: {ShareOfEcho:0 %} of the SOAP stack's own ceiling"),
            seen is null ? null : Text($"{seen.Throughput:0.0 %} of {seen.Best.OpsPerS:#,##0} a second{Flaws(seen)}"),
            seen is { Throughput: >= ShareOfEcho } && IsSound(seen));
    }

    private static GoalLine Inside(int callers, IReadOnlyList<Measurement> measured)
    {
        Comparison? seen = Comparison.Of(
            InsideCluster.SystemName, [DotNextCluster.SystemName], Cell(LoadKind.Put, callers, measured)).SingleOrDefault();
        return new GoalLine(
            Text($"{Op(LoadKind.Put)} from inside the leader, {callers} callers: no fewer than DotNext's Raft"),
            seen is null ? null : Text(
                $"{seen.Throughput:0.00} times, {seen.Ours.OpsPerS:#,##0} to {seen.Best.OpsPerS:#,##0} a second{Flaws(seen)}"),
            seen is { Throughput: >= 1 } && IsSound(seen));
    }

    private static Comparison? Compare(
        LoadKind kind, int clients, IReadOnlyList<Measurement> measured, IReadOnlyList<string> others)
    {
        return Comparison.Of(StoreSystem.LibraryName, others, Cell(kind, clients, measured)).SingleOrDefault();
    }

    private static IEnumerable<Measurement> Cell(LoadKind kind, int clients, IReadOnlyList<Measurement> measured)
    {
        return measured.Where(m => m.Op == Op(kind) && m.Clients == clients);
    }

    private static string Op(LoadKind kind) => new LoadCell(kind, ValueBytes, 1).Operation;

    private static bool IsSound(Comparison seen) => seen is { Ours.Errors: 0, Broken.Count: 0 };

    private static string Flaws(Comparison seen) =>
        (seen.Ours.Errors == 0 ? "" : Text($", and {seen.Ours.Errors} calls failed")) + string.Concat(seen.Broken.Select(other =>
            other.Errors > 0 ? Text($", and {other.Errors} calls of {other.System} failed") : $", and {other.System} ended no call"));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
