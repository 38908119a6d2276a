using System.Text;
using System.Text.RegularExpressions;
using PaxosWcf.Client;
using PaxosWcf.Contracts;
using PaxosWcf.Tests.Host;

namespace PaxosWcf.Tests.Client;

/// <summary>What docs/client.md shows, as it stands there, on replicas that run.</summary>
[TestClass]
public sealed partial class ClientGuideTests(TestContext test)
{
    [TestMethod]
    public async Task Guide_WhatItShows_DoesWhatItSays()
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 3, options: HostedCluster.UnhurriedTicks);
        await using var store = new PaxosKeyValueClient(new PaxosClientOptions
        {
            Replicas = cluster.Servers.Replicas.ToDictionary(replica => replica.Id, replica => replica.Client),
            OperationTimeout = TimeSpan.FromSeconds(60),
        });
        var said = new StringWriter();
        await BatchesAsync(store, said);
        await TransactionsAsync(store, said);
        await RangesAsync(store, said);
        await WatchesAsync(store, said, test.CancellationToken);
        await LeasesAsync(store, said);
        await LocksAsync(store, said);
        await DoubtAsync(store, said, test.CancellationToken);

        Assert.AreEqual(
            """
            both at once, at revision 2
            taken
            somebody else has it: node-1
            config/size = 10
            config/url = http://a
            config/size is 10 now
            config/size was deleted
            here until 30 s after we are gone
            job done under the lock
            written

            """.ReplaceLineEndings("\n"),
            Revisions().Replace(said.ToString(), "revision 2"));
    }

    [TestMethod]
    public void Guide_Samples_AreThoseThatAreTested()
    {
        var top = RepositoryTop();
        string[] lines = [.. File.ReadAllLines(Path.Combine(top, "Tests", "Client", "ClientGuideTests.cs")).Select(line => line.Trim())];
        var source = string.Join('\n', lines);
        var samples = CSharp().Matches(File.ReadAllText(Path.Combine(top, "docs", "client.md")));

        Assert.HasCount(8, samples);
        foreach (Match sample in samples)
        {
            var code = string.Join('\n', sample.Groups[1].Value.Trim().Split('\n').Select(line => line.Trim())).Replace("Console.WriteLine", "said.WriteLine", StringComparison.Ordinal);
            Assert.Contains(code, source);
        }
    }

    private static async Task BatchesAsync(PaxosKeyValueClient store, StringWriter said)
    {
        var batch = await store.BatchAsync(
        [
            BatchOperation.Put("config/url", "http://a"u8.ToArray()),
            BatchOperation.Put("config/size", "10"u8.ToArray()),
        ]);
        said.WriteLine($"both at once, at revision {batch.Reply.Revision}");
    }

    private static async Task TransactionsAsync(PaxosKeyValueClient store, StringWriter said)
    {
        var first = await store.TransactAsync(
            comparisons: [Comparison.Missing("leader")],
            then: [BatchOperation.Put("leader", "node-1"u8.ToArray())]);
        said.WriteLine(first.Reply.Held ? "taken" : "somebody else has it");

        var second = await store.CompareAndSetAsync("leader", expected: null, value: "node-2"u8.ToArray());
        if (!second.Reply.Held)
        {
            var holder = await store.GetAsync("leader");
            said.WriteLine($"somebody else has it: {Encoding.UTF8.GetString(holder.Reply.Value!)}");
        }
    }

    private static async Task RangesAsync(PaxosKeyValueClient store, StringWriter said)
    {
        await foreach (RangeKey key in store.ScanAsync(prefix: "config/"))
        {
            said.WriteLine($"{key.Key} = {Encoding.UTF8.GetString(key.Value!)}");
        }
    }

    private static async Task WatchesAsync(PaxosKeyValueClient store, StringWriter said, CancellationToken cancel)
    {
        var page = await store.RangeAsync(prefix: "config/", cancel: cancel);
        var config = page.Reply.Keys.ToDictionary(key => key.Key, key => key.Value);
        said.WriteLine($"config/size is {Encoding.UTF8.GetString(config["config/size"]!)} now");
        await store.DeleteAsync("config/size", cancel);

        await foreach (KeyChange change in store.WatchAsync("config/", isPrefix: true, fromRevision: page.Reply.Revision + 1, cancel))
        {
            said.WriteLine(change.Kind == KeyChangeKind.Delete ? $"{change.Key} was deleted" : $"{change.Key} was written");
            break;
        }
    }

    private static async Task LeasesAsync(PaxosKeyValueClient store, StringWriter said)
    {
        await using HeldLease lease = await store.Leases.HoldAsync(TimeSpan.FromSeconds(30));
        await store.BatchAsync([BatchOperation.Put("nodes/node-1", "10.0.0.1"u8.ToArray(), lease.Id)]);
        said.WriteLine($"here until {lease.TimeToLive.TotalSeconds:0} s after we are gone");
    }

    private static async Task LocksAsync(PaxosKeyValueClient store, StringWriter said)
    {
        await using StoreLock held = await StoreLock.AcquireAsync(store, "jobs/nightly", TimeSpan.FromSeconds(30), owner: "node-1");
        var done = await store.TransactAsync(
            comparisons: [held.IsHeld],
            then: [BatchOperation.Put("jobs/nightly/last", "done"u8.ToArray())]);
        said.WriteLine(done.Reply.Held ? "job done under the lock" : "the lock was lost meanwhile, and nothing was written");
    }

    private static async Task DoubtAsync(PaxosKeyValueClient store, StringWriter said, CancellationToken cancel)
    {
        try
        {
            await store.PutAsync("colour", "blue"u8.ToArray(), cancel);
            said.WriteLine("written");
        }
        catch (OutcomeUnknownException doubt)
        {
            var told = await store.ResolveAsync(doubt, cancel);
            said.WriteLine(told.Reply.Outcome switch
            {
                ResolveOutcome.Applied => "it was written",
                ResolveOutcome.NotApplied => "it was not written, and never will be",
                _ => "nobody can tell any more; read the key",
            });
        }
        catch (StoreUnavailableException unavailable)
        {
            said.WriteLine($"not written: {unavailable.Message}");
        }
    }

    private static string RepositoryTop()
    {
        var top = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(top, "PaxosWcf.sln")))
        {
            top = Path.GetDirectoryName(top) ?? throw new InvalidOperationException("The tests run outside of the repository.");
        }

        return top;
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharp();

    [GeneratedRegex("revision [0-9]+")]
    private static partial Regex Revisions();
}
