using System.ServiceModel;
using Microsoft.Extensions.Time.Testing;
using PaxosWcf.Consensus;
using PaxosWcf.Contracts;
using PaxosWcf.ReplicaHost;
using PaxosWcf.ReplicaHost.Endpoints;
using PaxosWcf.Replication;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;
using PaxosWcf.Tests.Replication;
using Put = PaxosWcf.Replication.KeyValue.Put;

namespace PaxosWcf.Tests.Host;

/// <summary>A command that a replica does not take: the fault says which of its limits was met.</summary>
[TestClass]
public sealed class StoreCallsTests(TestContext test)
{
    [TestMethod]
    [DataRow(64, 1 << 20, "PendingBytesMax", 64L << 20)]
    [DataRow(4096, 1, "PendingCommandsMax", 4096L)]
    public async Task Command_BeyondWhatAReplicaHolds_FaultNamesTheLimit(int commands, int valueBytes, string limit, long max)
    {
        var bench = new DriverBench(replicas: 3);
        var last = new DriverBench.Caller([]);
        for (; commands > 0; commands--)
        {
            last = bench.Submit(new Put(null, "k", new byte[valueBytes]));
        }

        Assert.IsNull(last.Refused);
        await using var loop = new ReplicaLoop(bench.Driver, TimeSpan.FromMilliseconds(50), new FakeTimeProvider());
        var calls = new StoreCalls(1, loop, RequestPatience.Of(new ReplicaOptions()));

        var refused = await Assert.ThrowsExactlyAsync<FaultException<OverloadedFault>>(
            () => calls.SubmitAsync(new Put(null, "k", new byte[1]), test.CancellationToken));

        Assert.AreEqual(new OverloadedFault { Limit = limit, Max = max }, refused.Detail);
    }

    /// <summary>It keeps files on the disk that would go else.</summary>
    [TestMethod]
    public async Task Backup_WhoseLastPageIsAskedForAgainAndAgain_IsGivenUp()
    {
        var bench = new DriverBench();
        var time = new FakeTimeProvider();
        await using var loop = new ReplicaLoop(bench.Driver, TimeSpan.FromMilliseconds(50), new FakeTimeProvider());
        await using var desk = new BackupDesk("test", bench.Store, bench.Driver, new StoreCalls(1, loop, RequestPatience.Of(new ReplicaOptions())), time);
        var begun = await desk.BeginStaleAsync(test.CancellationToken);
        await desk.ReadAsync(begun.Backup, 0);

        for (var again = 0; again < 3; again++)
        {
            time.Advance(BackupDesk.IdleMax / 4);
            Assert.IsTrue(desk.IsOpen);
            await desk.ReadAsync(begun.Backup, 0);
            await Assert.ThrowsExactlyAsync<FaultException<InvalidRequestFault>>(() => desk.ReadAsync(begun.Backup, 99));
        }

        time.Advance(BackupDesk.IdleMax / 4);
        Assert.IsFalse(desk.IsOpen);
    }

    /// <summary>Nobody reads it, and nobody could end it.</summary>
    [TestMethod]
    public async Task Backup_ThatDoesNotBegin_IsNotOpen()
    {
        var bench = new DriverBench();
        var writes = new WriteSet();
        DivergenceRecord.Write(new Divergence(new Slot(1), new Slot(2)), writes);
        GenerationStore.Over(bench.Store).Write(writes, durable: true);
        bench.RestartAsking();
        await using var loop = new ReplicaLoop(bench.Driver, TimeSpan.FromMilliseconds(50), new FakeTimeProvider());
        await using var desk = new BackupDesk("test", bench.Store, bench.Driver, new StoreCalls(1, loop, RequestPatience.Of(new ReplicaOptions())), new FakeTimeProvider());

        await Assert.ThrowsExactlyAsync<FaultException<ReplicaFencedFault>>(() => desk.BeginStaleAsync(test.CancellationToken));

        Assert.IsFalse(desk.IsOpen);
    }

    /// <summary>As many bytes as XML has of them, and something for what is around.</summary>
    [TestMethod]
    [DataRow("plain", 5)]
    [DataRow("a&b", 7)]
    [DataRow("<>\r", 15)]
    [DataRow("\u00e9", 2)]
    public void AnswerBytes_OfAText_AreThoseOfItsXml(string text, int bytes)
    {
        var empty = AnswerBytes.Of("");
        Assert.IsGreaterThan(100, empty);
        Assert.AreEqual(empty + bytes, AnswerBytes.Of(text));
        var key = new RangeRead([KeyValuePair.Create(text, new KeyRecord(1, 1, 1, new byte[1000]))], null, new StateNumbers(new Slot(1), 1, 1));
        Assert.AreEqual(empty + bytes + 1000, AnswerBytes.Of(key));
    }
}
