using System.Globalization;
using System.Text;
using System.ServiceModel;
using PaxosWcf.Client;
using PaxosWcf.ClientApp;
using PaxosWcf.Contracts;
using PaxosWcf.Contracts.Configuration;
using PaxosWcf.Tests.Console;
using PaxosWcf.Tests.Host;
using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.Backups;

/// <summary>The console's backup and restore against whole replicas.</summary>
[TestClass]
public sealed class BackupOverSoapTests(TestContext test)
{
    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Backup_RestoredIntoANewCluster_IsTheSameToTheRevision()
    {
        using var directory = new TemporaryDirectory();
        var file = Path.Combine(directory.Path, "fruit.backup");
        var before = new List<string>();
        await using (var old = await HostedCluster.StartAsync(replicas: 3))
        {
            await FillAsync(old, keys: 300);
            before.AddRange(await ReadAsync(old, keys: 300));
            Assert.AreEqual((0, ""), await RunAsync(directory, old, "backup", file));
            Assert.AreEqual((2, $"There is a file \"{file}\" already; name another, or remove it.\n"), await RunAsync(directory, old, "backup", file));
        }

        await using var cluster = await HostedCluster.StartAsync(replicas: 3);
        Assert.AreEqual((0, ""), await RunAsync(directory, cluster, "verify-backup", file));
        Assert.AreEqual((0, ""), await RunAsync(directory, cluster, "restore", file));
        Assert.AreSequenceEqual(before, await ReadAsync(cluster, keys: 300));
        var put = await cluster.StoreAsync(2, store => store.PutAsync("new", [1], null));
        Assert.AreEqual(1_000_302, put.Revision, "no revision comes again that the old cluster may have given out since");

        // A second one meets a store with newer data.
        var (exitCode, errors) = await RunAsync(directory, cluster, "restore", file);
        Assert.AreEqual(1, exitCode);
        Assert.Contains("The backup has 299 keys at revision 301, the store 300 keys at revision 1000302", errors);
        Assert.AreEqual((0, ""), await RunAsync(directory, cluster, "restore", file, "--force"));
        Assert.IsFalse((await cluster.StoreAsync(3, store => store.GetAsync("new", null))).Found);
        Assert.AreSequenceEqual(before, await ReadAsync(cluster, keys: 300));
        var digests = await Task.WhenAll(Enumerable.Range(1, 3).Select(id => cluster.ControlAsync(id, control => control.StatusAsync())));
        Assert.IsTrue(Array.TrueForAll(digests, status => status.Restoring is null));
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Restore_Interrupted_ClusterServesNobodyAndSaysSoUntilItIsRepeated()
    {
        using var directory = new TemporaryDirectory();
        var file = Path.Combine(directory.Path, "fruit.backup");
        await using var cluster = await HostedCluster.StartAsync(replicas: 3);
        await FillAsync(cluster, keys: 20);
        Assert.AreEqual((0, ""), await RunAsync(directory, cluster, "backup", file));
        await cluster.ControlAsync(1, control => control.RestoreBeginAsync(7, force: true, after: null));

        var refused = await Assert.ThrowsExactlyAsync<FaultException<RestoringFault>>(
            () => cluster.StoreAsync(1, store => store.PutAsync("k", [1], null)));
        Assert.AreEqual(7, refused.Detail.Restore);
        await Assert.ThrowsExactlyAsync<FaultException<RestoringFault>>(() => cluster.StoreAsync(2, store => store.GetAsync("key 1", null)));
        Assert.AreEqual(7, (await cluster.ControlAsync(1, control => control.StatusAsync())).Restoring);
        var (exitCode, errors) = await RunAsync(directory, cluster, "restore", file);
        Assert.AreEqual(1, exitCode);
        Assert.Contains("take over with --force", errors);

        Assert.AreEqual((0, ""), await RunAsync(directory, cluster, "restore", file, "--force"));
        Assert.AreEqual("0", Encoding.UTF8.GetString((await cluster.StoreAsync(1, store => store.GetAsync("key 0", null))).Value!));
    }

    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Export_Imported_HasTheSameKeysAndValues()
    {
        using var directory = new TemporaryDirectory();
        var file = Path.Combine(directory.Path, "fruit.jsonl");
        await using var cluster = await HostedCluster.StartAsync(replicas: 3);
        await FillAsync(cluster, keys: 20);
        Assert.AreEqual((0, ""), await RunAsync(directory, cluster, "export", file));
        await cluster.StoreAsync(1, store => store.DeleteAsync("key 1", null));
        Assert.AreEqual((0, ""), await RunAsync(directory, cluster, "import", file));
        Assert.AreEqual("1", Encoding.UTF8.GetString((await cluster.StoreAsync(1, store => store.GetAsync("key 1", null))).Value!));
        await File.AppendAllTextAsync(file, "{\"key\":\"k\"}\n", test.CancellationToken);
        var (exitCode, errors) = await RunAsync(directory, cluster, "import", file);
        Assert.AreEqual(2, exitCode);
        Assert.Contains("must have either", errors);
    }

    [TestMethod]
    public async Task Backup_Pages_AreReadInOrderAndOneBackupAtATime()
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 1);
        await FillAsync(cluster, keys: 5);
        var backup = await cluster.ControlAsync(1, control => control.BackupBeginAsync());
        await Assert.ThrowsExactlyAsync<FaultException<OverloadedFault>>(() => cluster.ControlAsync(1, control => control.BackupBeginAsync()));
        await Assert.ThrowsExactlyAsync<FaultException<InvalidRequestFault>>(
            () => cluster.ControlAsync(1, control => control.BackupReadAsync(backup.Backup, 1)));
        var page = await cluster.ControlAsync(1, control => control.BackupReadAsync(backup.Backup, 0));
        Assert.HasCount(4, page.Entries);
        Assert.IsTrue(page.IsLast);
        await cluster.ControlAsync(1, async control =>
        {
            await control.BackupEndAsync(backup.Backup);
            return true;
        });
        await Assert.ThrowsExactlyAsync<FaultException<InvalidRequestFault>>(
            () => cluster.ControlAsync(1, control => control.BackupReadAsync(backup.Backup, 0)));
        await cluster.ControlAsync(1, control => control.BackupBeginAsync());
    }

    /// <summary>However small the keys are, and however many of them are in a step.</summary>
    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Backup_OfManySmallKeys_IsRestored_AndRefusedWhileThatGoesOn()
    {
        using var directory = new TemporaryDirectory();
        var file = Path.Combine(directory.Path, "fruit.backup");
        await using var cluster = await HostedCluster.StartAsync(replicas: 3);
        await FillAsync(cluster, keys: 2500);
        Assert.AreEqual((0, ""), await RunAsync(directory, cluster, "backup", file));
        await cluster.ControlAsync(1, control => control.RestoreBeginAsync(7, force: true, after: null));

        var (exitCode, errors) = await RunAsync(directory, cluster, "backup", Path.Combine(directory.Path, "half.backup"));
        Assert.AreEqual(3, exitCode);
        Assert.Contains("Restore 7 is under way", errors);
        Assert.IsFalse(File.Exists(Path.Combine(directory.Path, "half.backup")));

        Assert.AreEqual((0, ""), await RunAsync(directory, cluster, "restore", file, "--force"));
        Assert.AreEqual("2498", Encoding.UTF8.GetString((await cluster.StoreAsync(2, store => store.GetAsync("key 2498", null))).Value!));
        Assert.AreEqual((0, ""), await RunAsync(directory, cluster, "backup", Path.Combine(directory.Path, "whole.backup")));
    }

    /// <summary>A majority is gone for good: what one replica has goes into a new cluster, and whoever watched is told that something may be missing.</summary>
    [TestMethod]
    [Timeout(180_000, CooperativeCancellation = true)]
    public async Task Backup_WithoutAMajority_IsTakenWhereThatIsAskedFor_AndRestoredWithHigherRevisions()
    {
        using var directory = new TemporaryDirectory();
        var file = Path.Combine(directory.Path, "stale.backup");
        long revision;
        await using (var old = await HostedCluster.StartAsync(replicas: 3))
        {
            await FillAsync(old, keys: 200);
            revision = (await old.StoreAsync(3, store => store.PutAsync("last", [1], null))).Revision;
            await old.StoreAsync(3, store => store.GetAsync("last", null));
            await old.StopReplicaAsync(1);
            await old.StopReplicaAsync(2);
            Assert.AreEqual(3, (await RunAsync(directory, old, "backup", file, "--timeout", "2s")).ExitCode);
            Assert.AreEqual((0, ""), await RunAsync(directory, old, "backup", file, "--stale"));
        }

        await using var cluster = await HostedCluster.StartAsync(replicas: 3);
        Assert.AreEqual((0, ""), await RunAsync(directory, cluster, "restore", file, "--bump", "1000"));

        Assert.IsTrue((await cluster.StoreAsync(2, store => store.GetAsync("last", null))).Found);
        Assert.AreEqual(revision + 1001, (await cluster.StoreAsync(1, store => store.PutAsync("new", [1], null))).Revision);
        var fault = await Assert.ThrowsExactlyAsync<FaultException<CompactedFault>>(
            () => cluster.StoreAsync(1, store => store.WatchAsync("", true, revision + 1, null, null)));
        Assert.AreEqual(revision + 1001, fault.Detail.OldestRevision);
    }

    /// <summary>The next write would come to the end of all numbers.</summary>
    [TestMethod]
    public async Task Restore_NumbersThatLeaveNoRoomForMore_AreRefused()
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 1);
        await cluster.ControlAsync(1, control => control.RestoreBeginAsync(1, force: false, after: null));
        BackupEntry[] entries =
        [
            new() { Key = "k", Value = [1], CreateRevision = 1, ModificationRevision = long.MaxValue, Version = 1 },
            new() { Key = "k", Value = [1], CreateRevision = 1, ModificationRevision = 1, Version = long.MaxValue },
        ];
        foreach (var entry in entries)
        {
            await Assert.ThrowsExactlyAsync<FaultException<InvalidRequestFault>>(
                () => cluster.ControlAsync(1, control => control.RestorePutAsync(1, [entry])));
        }

        var fault = await Assert.ThrowsExactlyAsync<FaultException<InvalidRequestFault>>(
            () => cluster.ControlAsync(1, control => control.RestoreEndAsync(1, long.MaxValue, 0)));

        Assert.AreEqual("revision", fault.Detail.Field);
        await cluster.ControlAsync(1, control => control.RestoreEndAsync(1, 1L << 62, 0));
        Assert.AreEqual((1L << 62) + 1, (await cluster.StoreAsync(1, store => store.PutAsync("k", [1], null))).Revision);
    }

    /// <summary>Values that no answer has room for together are read with more messages.</summary>
    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Reads_OfLargestValuesTogether_AreAllAnswered()
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 1);
        var largest = new byte[StoreLimits.ValueBytesMax];
        await cluster.StoreAsync(1, store => store.PutAsync("large", largest, null));
        var replies = await cluster.StoreAsync(1, store => store.PipelineAsync(
            [.. Enumerable.Range(0, 12).Select(_ => new PipelinedCall { Kind = PipelinedCallKind.Get, Key = "large" })]));
        Assert.AreEqual(5, replies.Count(reply => reply.Get is { Found: true }));
        Assert.AreEqual(7, replies.Count(reply => reply.Fault is { Overloaded.Limit: nameof(StoreLimits.PipelineReplyBytesMax) }));

        // Patient, for what counts is that no answer is refused: a repeat because the machine is slow would look alike.
        await using var client = new PaxosKeyValueClient(new PaxosClientOptions
        {
            Replicas = cluster.Servers.Replicas.ToDictionary(replica => replica.Id, replica => replica.Client),
            AttemptTimeout = TimeSpan.FromMinutes(1),
            OperationTimeout = TimeSpan.FromMinutes(1),
        });
        var reads = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => client.GetAsync("large", cancel: test.CancellationToken)));
        Assert.IsTrue(Array.TrueForAll(reads, read => read.Reply.Value!.Length == largest.Length));
        Assert.IsTrue(Array.TrueForAll(reads, read => read.Attempts == 1));
    }

    // As many revisions as keys, and one more for a delete.
    private static async Task FillAsync(HostedCluster cluster, int keys)
    {
        for (var at = 0; at < keys; at += 100)
        {
            BatchOperation[] batch = [.. Enumerable.Range(at, Math.Min(100, keys - at)).Select(key =>
                BatchOperation.Put($"key {key}", Encoding.UTF8.GetBytes(key.ToString(CultureInfo.InvariantCulture))))];
            await cluster.StoreAsync(1, store => store.BatchAsync(batch, null));
        }

        await cluster.StoreAsync(1, store => store.DeleteAsync($"key {keys - 1}", null));
    }

    private static async Task<List<string>> ReadAsync(HostedCluster cluster, int keys)
    {
        var all = new List<string>();
        for (var key = 0; key < keys; key += 7)
        {
            var got = await cluster.StoreAsync(1 + (key % 3), store => store.GetAsync($"key {key}", null));
            all.Add($"{key} {got.Found} {Convert.ToHexString(got.Value ?? [])} {got.CreateRevision} {got.ModificationRevision} {got.Version}");
        }

        return all;
    }

    private static async Task<(int ExitCode, string Errors)> RunAsync(TemporaryDirectory directory, HostedCluster cluster, params string[] arguments)
    {
        var servers = Path.Combine(directory.Path, "servers.xml");
        ServersFile.Save(servers, new ServersConfiguration(cluster.Servers.Cluster, cluster.Servers.Replicas, faults: null));
        using var console = new ConsoleUnderTest();
        using var interrupts = new Interrupts();
        var exitCode = await new ConsoleProgram(console.Io(), interrupts).RunAsync([.. arguments, "--servers", servers]);
        return (exitCode, console.Error);
    }
}
