using System.Globalization;
using System.Runtime.CompilerServices;
using PaxosWcf.Consensus;
using PaxosWcf.Contracts;
using PaxosWcf.Contracts.Configuration;
using PaxosWcf.ReplicaHost;
using PaxosWcf.ReplicaHost.Hosting;
using PaxosWcf.Replication;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Tests.Configuration;

/// <summary>Limits whose tests set smaller ones: that a replica has those of README's table, unless it is told otherwise.</summary>
[TestClass]
public sealed class LimitsTableTests
{
    [TestMethod]
    public void Limits_OfADoor_AreThoseOfTheTable()
    {
        var limits = new SoapHostLimits();

        InTable($"| calls in flight, connections per address | {limits.CallsInFlightMax}, {limits.ConnectionsMax} |");
        InTable(
            $"| request bodies held at once per address; what was read for answers that are made or not read yet | {Mebibytes(limits.BodiesBytesMax)}; "
            + $"{Mebibytes(HttpCallContext.AnswersBytesMax)} (the first {ByteBudget.FreeBytes >> 10} KiB of each do not count;");
        InTable($"| SOAP message of a client; between replicas | {Mebibytes(limits.RequestBytesMax)}; {Mebibytes(WireLimits.PeerMessageBytesMax)} |");
    }

    [TestMethod]
    public void Limits_OfAReplica_AreThoseOfTheTable()
    {
        var options = new ConsensusOptions();

        InTable($"| commands a replica holds for its clients | {options.PendingCommandsMax} or {Mebibytes(options.PendingBytesMax)} (more: `Overloaded`) |");
        InTable($"| watches that wait at a replica; one answer | {WatchRequested.WatchesMax};");
    }

    [TestMethod]
    public void Limits_OfSessions_AreThoseOfTheTable() => InTable(
        $"| sessions; kept answers per session, and of all | {Number(StateMachineLimits.SessionsMax)} (longest unused goes first); "
        + $"{Number(StateMachineLimits.AnswersPerSessionMax)} or {Mebibytes(StateMachineLimits.AnswerBytesPerSessionMax)}, {Mebibytes(StateMachineLimits.AnswerBytesMax)} |");

    /// <summary>What the process passes on, and what a replica has without a process.</summary>
    [TestMethod]
    public void Limits_OfTheDisk_AreThoseOfTheTable()
    {
        var options = new ReplicaOptions();

        Assert.AreEqual(new StorageOptions(), options.ToStorage());
        InTable($"| history for those who watch | the last {Number(options.HistoryRevisionsMax)} revisions or {options.HistoryMebibytesMax} MiB,");
        InTable($"| the log on disk | {Number(options.LogSlotsMax)} slots or {options.LogMebibytesMax} MiB behind");
        InTable($"| the store on disk | {options.StoreMebibytesMax / 1024} GiB (`{nameof(options.StoreMebibytesMax)}`;");
    }

    [TestMethod]
    [DataRow(7, true)]
    [DataRow(8, false)]
    [DataRow(9, false)]
    public void Servers_OfMoreThanTheTableAllows_AreRefused(int replicas, bool isTaken)
    {
        var lines = Enumerable.Range(1, replicas).Select(id => $"<replica id='{id}' client='http://h:{id}1' peer='http://h:{id}2'/>");
        var text = $"<servers xmlns='{ServersFile.Namespace}' cluster='c'>{string.Concat(lines)}</servers>";

        if (isTaken)
        {
            Assert.HasCount(replicas, ServersFile.Parse(text, "servers.xml").Replicas);
            return;
        }

        var refused = Assert.ThrowsExactly<ServersFileException>(() => ServersFile.Parse(text, "servers.xml"));
        Assert.Contains($"there are {replicas} replicas; the file has 1, 3, 5 or 7", refused.Message);
        InTable("| replicas in servers.xml, and of a new cluster | 1, 3, 5 or 7 |");
    }

    private static void InTable(string row, [CallerFilePath] string here = "") =>
        Assert.Contains(row, File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "README.md")));

    private static string Mebibytes(long bytes) => $"{bytes >> 20} MiB";

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
