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
}
