using System.Collections.Concurrent;
using System.Text;
using PaxosWcf.Client;
using PaxosWcf.Contracts;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;
using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.Cluster;

/// <summary>Five real processes. The store of one is made wrong while it is down, as by a fault of its disk that no checksum shows: it
/// is found out through the log, takes itself out, and the four others go on.</summary>
[TestClass]
[DoNotParallelize]
[TestCategory("Cluster")]
public sealed class CorruptedReplicaTests(TestContext test)
{
    private const int Corrupted = 4;
    private const int AuditSlots = 64;
    private const string Key = "account";

    [TestMethod]
    [Timeout(180_000, CooperativeCancellation = true)]
    public async Task State_OfOneReplicaIsMadeWrong_ItFencesItselfAndNamesTheSlots_AndTheOthersGoOn()
    {
        using var directory = new TemporaryDirectory();
        using ClusterDirectory data = ClusterDirectory.Open(directory.Path);
        var servers = LoopbackServers.Write(data.Root);
        var lines = new ConcurrentQueue<(int Replica, string Line)>();
        await using var cluster = new LocalCluster(
            servers, HostLocator.Find(null, AppContext.BaseDirectory), data, (replica, line) => lines.Enqueue((replica, line)))
        {
            Settings = new Dictionary<string, string> { ["AuditSlots"] = $"{AuditSlots}" },
        };
        var options = PaxosClientOptions.FromServersFile(servers);
        await using var control = new ReplicaControlClient(options);
        await using var client = new PaxosKeyValueClient(options);
        await cluster.StartAsync(test.CancellationToken);
        await cluster.WaitForLeaderAsync(control, test.CancellationToken);
        for (var n = 1; n <= 20; n++)
        {
            await client.PutAsync(Key, Encoding.UTF8.GetBytes($"{n}"), cancel: test.CancellationToken);
        }

        Assert.AreEqual(DigestVerdict.Same, (await AgreementAsync(control)).Verdict);
        await cluster.ProcessOf(Corrupted).StopAsync();
        MakeWrong(data.DataOf(Corrupted), cluster.Configuration.Cluster);
        await cluster.RestartAsync(Corrupted);
        await cluster.WaitUntilReadyAsync(test.CancellationToken);

        var backup = await control.BackupBeginAsync(Corrupted, test.CancellationToken);

        var status = await FencedAsync(control, client);

        test.WriteLine($"fenced: {status.DivergedFrom}..{status.DivergedThrough}");
        Assert.AreEqual(AuditSlots - 1, status.DivergedThrough - status.DivergedFrom);
        Assert.Contains(
            $"slots {status.DivergedFrom} to {status.DivergedThrough} had another effect here",
            string.Join('\n', lines.Where(line => line.Replica == Corrupted).Select(line => line.Line)));
        await Assert.ThrowsAsync<PaxosClientException>(
            () => control.BackupReadAsync(Corrupted, backup.Backup, page: 0, test.CancellationToken), "a wrong state is not backed up");
        await Assert.ThrowsAsync<PaxosClientException>(() => control.BackupBeginAsync(Corrupted, test.CancellationToken));
        await client.PutAsync(Key, "the others go on"u8.ToArray(), cancel: test.CancellationToken);
        foreach (var replica in cluster.Ids)
        {
            await using var one = new PaxosKeyValueClient(options with { PinnedReplica = replica, OperationTimeout = TimeSpan.FromSeconds(replica == Corrupted ? 2 : 15) });
            if (replica == Corrupted)
            {
                var refused = await Assert.ThrowsExactlyAsync<StoreUnavailableException>(() => one.GetAsync(Key, cancel: test.CancellationToken));
                Assert.Contains("fenced", refused.Message);
                continue;
            }

            Assert.AreEqual("the others go on", Encoding.UTF8.GetString((await one.GetAsync(Key, cancel: test.CancellationToken)).Reply.Value!));
            Assert.IsNull((await control.StatusAsync(replica, test.CancellationToken)).DivergedFrom, $"replica {replica}");
        }

        var seen = await AgreementAsync(control);
        Assert.AreEqual(DigestVerdict.Different, seen.Verdict, seen.Sentence);
        Assert.Contains($"Replica {Corrupted} is fenced", seen.Sentence);
    }

    private static void MakeWrong(string path, string cluster)
    {
        using var directory = ReplicaDirectory.Open(path, cluster, Corrupted, bootstrap: false);
        var store = GenerationStore.Over(directory.Store);
        var key = Encoding.UTF8.GetBytes(Key);
        var record = KeyRecord.Decode(store.Find(StoreFamily.Keys, key) ?? throw new AssertFailedException($"{path} holds {Key}"));
        var writes = new WriteSet();
        writes.Put(StoreFamily.Keys, key, (record with { Version = record.Version + 1 }).Encode());
        store.Write(writes, durable: true);
    }

    // Slots are what the audit counts, so writes one after the other.
    private async Task<ReplicaStatus> FencedAsync(ReplicaControlClient control, PaxosKeyValueClient client)
    {
        for (var n = 0; n < 6 * AuditSlots; n++)
        {
            await client.PutAsync(Key, Encoding.UTF8.GetBytes($"after {n}"), cancel: test.CancellationToken);
            if (await control.StatusAsync(Corrupted, test.CancellationToken) is { DivergedFrom: not null } status)
            {
                return status;
            }
        }

        throw new AssertFailedException($"replica {Corrupted} was not found out within {6 * AuditSlots} writes");
    }

    private Task<DigestComparison> AgreementAsync(ReplicaControlClient control) =>
        DigestComparison.WaitForAgreementAsync(control, TimeSpan.FromSeconds(30), TimeProvider.System, test.CancellationToken);
}
