using System.Collections.Concurrent;
using System.Security.Cryptography;
using PaxosWcf.Client;
using PaxosWcf.Contracts.Configuration;
using PaxosWcf.Nemesis;
using PaxosWcf.Tests.Nemesis;
using PaxosWcf.Tests.Storage;
using HostExitCodes = PaxosWcf.ReplicaHost.ExitCodes;

namespace PaxosWcf.Tests.Cluster;

/// <summary>A disk that is really full. A cluster of one, so that what it acknowledged can be nowhere else.</summary>
[TestClass]
[DoNotParallelize]
[TestCategory("Cluster")]
public sealed class FullDiskTests(TestContext test)
{
    private const long Room = 96L << 20;
    private const int Writers = 4;
    private const int ValueBytes = 64 << 10;

    [TestMethod]
    [Timeout(180_000, CooperativeCancellation = true)]
    public async Task Disk_FullUnderWrites_ReplicaStops_AndServesAllItAcknowledgedOnceThereIsRoom()
    {
        using var directory = new TemporaryDirectory();
        using ClusterDirectory data = ClusterDirectory.Open(directory.Path);
        data.DataBelow = "data";
        await using LoopDisk disk = await TestDisk.MakeAsync(data.PlaceOf(1));
        disk.Fill(leaving: Room);
        var servers = WriteServers(data.Root);
        var lines = new ConcurrentQueue<string>();
        await using var cluster = new LocalCluster(
            servers, HostLocator.Find(null, AppContext.BaseDirectory), data, (_, line) => lines.Enqueue(line));
        await using var client = new PaxosKeyValueClient(PaxosClientOptions.FromServersFile(servers) with
        {
            OperationTimeout = TimeSpan.FromSeconds(20),
        });
        await cluster.StartAsync(test.CancellationToken);

        var full = cluster.ProcessOf(1);
        var acknowledged = new ConcurrentDictionary<string, byte[]>();
        await Task.WhenAll(Enumerable.Range(1, Writers).Select(writer => WriteUntilItEndsAsync(client, writer, full, acknowledged)));
        await full.Exited.WaitAsync(test.CancellationToken);

        var said = string.Join('\n', lines);
        test.WriteLine($"{acknowledged.Count} writes of {ValueBytes} bytes; {full.LastWords}");
        Assert.AreEqual(HostExitCodes.Failed, full.ExitCode, said);
        Assert.Contains("must stop", said);
        Assert.Contains("No space left on device", said);
        Assert.IsGreaterThan(100, acknowledged.Count);

        // What it stopped for is as true for the next start: it refuses with a sentence, or serves what it has.
        var again = await cluster.RestartAsync(1);
        await Task.WhenAny(again.Ready, again.Exited).WaitAsync(test.CancellationToken);
        test.WriteLine($"started without room: {(again.HasExited ? $"exit code {again.ExitCode}, {again.LastWords}" : "serves")}");
        Assert.IsTrue(!again.HasExited || again.ExitCode is HostExitCodes.CannotStart or HostExitCodes.Failed, again.LastWords);
        await again.StopAsync();
        disk.MakeRoom();
        await cluster.RestartAsync(1);
        await cluster.WaitUntilReadyAsync(test.CancellationToken);
        foreach (var (key, hash) in acknowledged)
        {
            var found = await client.GetAsync(key, cancel: test.CancellationToken);
            Assert.IsTrue(found.Reply.Found, key);
            Assert.AreSequenceEqual(hash, SHA256.HashData(found.Reply.Value!));
        }

        await client.PutAsync("after", [1], cancel: test.CancellationToken);
    }

    private static async Task WriteUntilItEndsAsync(
        PaxosKeyValueClient client, int writer, ReplicaProcess replica, ConcurrentDictionary<string, byte[]> acknowledged)
    {
        var random = new Random(writer);
        for (var n = 0; !replica.HasExited; n++)
        {
            var value = new byte[ValueBytes];
            random.NextBytes(value);
            using var over = new CancellationTokenSource();
            var put = client.PutAsync($"{writer}/{n}", value, cancel: over.Token);
            await Task.WhenAny(put, replica.Exited);
            if (!put.IsCompleted)
            {
                // Nobody is left who could answer it.
                await over.CancelAsync();
            }

            try
            {
                await put;
                acknowledged[$"{writer}/{n}"] = SHA256.HashData(value);
            }
            catch (Exception error) when (error is OperationCanceledException or PaxosClientException)
            {
                // In doubt, or refused; it was not acknowledged.
                continue;
            }
        }
    }

    private static string WriteServers(string directory)
    {
        var addresses = LoopbackServers.FreeAddresses(2);
        var path = Path.Combine(directory, "servers.xml");
        ServersFile.Save(path, new ServersConfiguration("full", [new ReplicaAddress(1, addresses[0], addresses[1])]));
        return path;
    }
}
