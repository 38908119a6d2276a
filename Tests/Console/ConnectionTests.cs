using PaxosWcf.Client;
using PaxosWcf.ClientApp;
using PaxosWcf.Tests.Client;

namespace PaxosWcf.Tests.Console;

[TestClass]
public sealed class ConnectionTests
{
    public required TestContext TestContext { get; set; }

    // Prepopulate asks from sixteen tasks at once; two clients for one slot would mean two sessions, one never closed.
    [TestMethod]
    public async Task Connection_AskedFromManyTasks_MakesOneClient()
    {
        int made = 0;
        await using var connection = new StoreConnection(FakeCluster.Options(), options =>
        {
            Interlocked.Increment(ref made);
            return new PaxosKeyValueClient(options, new FakeCluster(), TimeProvider.System, new Random(1));
        });
        using var together = new Barrier(8);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
            () =>
            {
                together.SignalAndWait(TestContext.CancellationToken);
                return connection.Store;
            },
            TestContext.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        Assert.AreEqual(1, made);
    }

    [TestMethod]
    public async Task ReplicaByAddress_HasNoNumber()
    {
        using var console = new ConsoleUnderTest();
        using var interrupts = new Interrupts();
        console.Cluster.Always = Mishap.Refused;
        string[] address = ["--host", "127.0.0.1", "--port", "8101", "--timeout", "50ms"];

        Assert.AreEqual(2, await new ConsoleProgram(console.Io(), interrupts, console.Connect).RunAsync(["fail", "1", .. address]));
        Assert.AreEqual(3, await new ConsoleProgram(console.Io(), interrupts, console.Connect).RunAsync(["get", "k", .. address]));

        Assert.Contains("With --host and --port replicas have no numbers", console.Error);
        Assert.Contains("Last: the replica cannot be reached", console.Error);
        Assert.DoesNotContain("replica 0", console.Error);
    }
}
