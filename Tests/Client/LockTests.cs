using System.Text;
using System.Threading.Channels;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Client;

/// <summary>A lock that several wait for: who gets it, and who learns that it is gone.</summary>
[TestClass]
public sealed class LockTests(TestContext test)
{
    private const int Patience = 60_000;

    private static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(30);

    private readonly StillTime _time = new();
    private readonly Channel<string> _waits = Channel.CreateUnbounded<string>();

    [TestMethod]
    public async Task Lock_ThatIsFree_IsGotAtOnceAsAKeyOfItsLease()
    {
        ClientUnderTest client = Client();

        await using StoreLock held = await AskAsync(client, owner: "me");

        string lease = Assert.ContainsSingle(client.Cluster.Leases.Names);
        GetReply key = client.Cluster.Get(held.Key);
        Assert.AreEqual($"n/{lease}", held.Key);
        Assert.AreEqual("me", Encoding.UTF8.GetString(key.Value!));
        Assert.AreEqual(key.CreateRevision, held.FencingNumber);
        Assert.AreSequenceEqual([held.Key], client.Cluster.Leases.Get(lease).Keys!);
    }

    [TestMethod]
    [Timeout(Patience, CooperativeCancellation = true)]
    public async Task Lock_AskedForByMany_IsGotInTheOrderOfAskingWithRisingNumbers()
    {
        ClientUnderTest client = Client();
        StoreLock held = await AskAsync(client);
        var numbers = new List<long> { held.FencingNumber };
        var waiting = new Queue<Task<StoreLock>>();
        for (int n = 0; n < 4; n++)
        {
            waiting.Enqueue(AskAsync(client));
            await WaitsAsync();
        }

        while (waiting.TryDequeue(out Task<StoreLock>? next))
        {
            Assert.IsFalse(next.IsCompleted);
            Assert.DoesNotContain(later => later.IsCompleted, waiting);
            await held.DisposeAsync();
            held = await next;
            numbers.Add(held.FencingNumber);
        }

        await held.DisposeAsync();
        Assert.AreSequenceEqual(numbers.Distinct().Order(), numbers);
        Assert.IsEmpty(client.Cluster.Leases.Names);
    }

    /// <summary>As when its process was killed, and its time is over.</summary>
    [TestMethod]
    [Timeout(Patience, CooperativeCancellation = true)]
    public async Task Lock_LeaseOfTheHolderEnds_TheNextHasItAndTheHolderHearsOfIt()
    {
        ClientUnderTest client = Client();
        StoreLock held = await AskAsync(client);
        Task<StoreLock> next = AskAsync(client);
        await WaitsAsync();
        await _time.IsSetAsync(TimeToLive / 3, test.CancellationToken);
        await _time.IsSetAsync(TimeToLive / 3, test.CancellationToken);
        Assert.IsTrue((await client.Client.TransactAsync([held.IsHeld], [], cancel: test.CancellationToken)).Reply.Held);

        await client.Client.Leases.RevokeAsync(LeaseOf(held), test.CancellationToken);

        StoreLock after = await next;
        Assert.IsGreaterThan(held.FencingNumber, after.FencingNumber);
        Assert.IsFalse((await client.Client.TransactAsync([held.IsHeld], [], cancel: test.CancellationToken)).Reply.Held);
        Assert.IsFalse(held.Lost.IsCancellationRequested);
        _time.Advance(TimeToLive / 3);
        await CancelledAsync(held.Lost);
        Assert.IsFalse(after.Lost.IsCancellationRequested);
        await held.DisposeAsync();
        await after.DisposeAsync();
    }

    [TestMethod]
    [Timeout(Patience, CooperativeCancellation = true)]
    public async Task Lock_WaiterGivesUp_ItsKeyGoesAndWhoeverIsBehindWaitsForTheOneBefore()
    {
        ClientUnderTest client = Client();
        using var giveUp = new CancellationTokenSource();
        StoreLock held = await AskAsync(client);
        Task<StoreLock> second = AskAsync(client, cancel: giveUp.Token);
        await WaitsAsync();
        Task<StoreLock> third = AskAsync(client);
        await WaitsAsync();

        await giveUp.CancelAsync();
        await Assert.ThrowsAsync<OperationCanceledException>(() => second);

        Assert.HasCount(2, client.Cluster.Leases.Names);
        Assert.HasCount(2, client.Cluster.Range("n/", "", null, 10, keysOnly: true).Keys);
        await WaitsAsync();
        Assert.IsFalse(third.IsCompleted);
        await held.DisposeAsync();
        await (await third).DisposeAsync();
    }

    /// <summary>Its place goes when its lease ends, and nobody waits for that.</summary>
    [TestMethod]
    [Timeout(Patience, CooperativeCancellation = true)]
    public async Task Lock_WaiterGivesUpWhileTheStoreIsSilent_EndsSoon()
    {
        ClientUnderTest client = Client();
        using var giveUp = new CancellationTokenSource();
        _ = await AskAsync(client);
        Task<StoreLock> second = AskAsync(client, cancel: giveUp.Token);
        await WaitsAsync();
        (client.Cluster.Always, client.Cluster.AlwaysFor) = (Mishap.Silent, "revoke");

        await giveUp.CancelAsync();
        await _time.PassAsync(StoreLeases.ShortPatience, test.CancellationToken);

        await Assert.ThrowsAsync<OperationCanceledException>(() => second);
    }

    [TestMethod]
    [Timeout(Patience, CooperativeCancellation = true)]
    public async Task Lock_LeaseOfAWaiterEnds_ItIsToldSo()
    {
        ClientUnderTest client = Client();
        await using StoreLock held = await AskAsync(client);
        Task<StoreLock> second = AskAsync(client);
        await WaitsAsync();
        await _time.IsSetAsync(TimeToLive / 3, test.CancellationToken);
        await _time.IsSetAsync(TimeToLive / 3, test.CancellationToken);

        await client.Client.Leases.RevokeAsync(client.Cluster.Leases.Names.Single(name => name != LeaseOf(held)), test.CancellationToken);
        _time.Advance(TimeToLive / 3);

        LockLostException lost = await Assert.ThrowsExactlyAsync<LockLostException>(() => second);
        Assert.AreEqual("n", lost.Name);
        Assert.IsFalse(held.Lost.IsCancellationRequested);
    }

    /// <summary>Before its key is put, and before it looks who is before it: its lease does not know of that yet.</summary>
    [TestMethod]
    [DataRow("batch")]
    [DataRow("range")]
    public async Task Lock_LeaseEndsWhileItAsks_IsLostAndNotGot(string before)
    {
        ClientUnderTest client = Client();
        client.Cluster.Heard = (_, operation) =>
        {
            if (operation.StartsWith(before, StringComparison.Ordinal))
            {
                client.Cluster.Leases.End(client.Cluster.Leases.Names.Single());
            }
        };

        await Assert.ThrowsExactlyAsync<LockLostException>(() => AskAsync(client));
    }

    /// <summary>The last two are what only the lock's own keys look like.</summary>
    [TestMethod]
    [DataRow("n/other", false)]
    [DataRow("n/1-0-0123456789abcde", false)]
    [DataRow("n/1-0-0123456789abcdefg", false)]
    [DataRow("n/1-0-0123456789ABCDEF", false)]
    [DataRow("n/1--0123456789abcdef", false)]
    [DataRow("n/1-0-0123456789abcdef-1", false)]
    [DataRow("n/x/1-0-0123456789abcdef", false)]
    [DataRow("n-1/1-0-0123456789abcdef", false)]
    [DataRow("n/7-0-0123456789abcdef", false)]
    [DataRow("n/7-0-0123456789abcdef", true)]
    [DataRow("n/ffff-1f-fedcba9876543210", true)]
    [Timeout(Patience, CooperativeCancellation = true)]
    public async Task Lock_KeyOfSomebodyElseThatBeginsSo_CountsIfItsLeaseLives(string key, bool counts)
    {
        ClientUnderTest client = Client();
        string? lease = counts ? key[2..] : null;
        if (lease is not null)
        {
            client.Cluster.Leases.Let(lease);
        }

        client.Cluster.Put(key, [1], lease);

        Task<StoreLock> asked = AskAsync(client);
        if (counts)
        {
            await WaitsAsync();
            Assert.IsFalse(asked.IsCompleted);
            client.Cluster.Delete(key);
        }

        await using StoreLock held = await asked;
        Assert.AreEqual(counts ? 1 : 0, client.Cluster.Calls.Count(call => call.Operation.StartsWith("watch", StringComparison.Ordinal)));
    }

    [TestMethod]
    [Timeout(Patience, CooperativeCancellation = true)]
    public async Task Lock_ChangesAreCompacted_TheWaiterLooksAgain()
    {
        ClientUnderTest client = Client();
        StoreLock held = await AskAsync(client);
        Action<int, string> counted = client.Cluster.Heard;
        bool compacted = false;
        client.Cluster.Heard = (replica, operation) =>
        {
            counted(replica, operation);
            if (operation.StartsWith("get lease", StringComparison.Ordinal) && !compacted)
            {
                compacted = true;
                client.Cluster.BefallNext(Mishap.Compacted);
            }
        };

        Task<StoreLock> second = AskAsync(client);
        await WaitsAsync();
        await WaitsAsync();

        Assert.IsFalse(second.IsCompleted);
        await held.DisposeAsync();
        await (await second).DisposeAsync();
    }

    [TestMethod]
    [DataRow(0, "The name is missing or empty")]
    [DataRow(984, "The name has 984 bytes of UTF-8; at most 983 are taken.")]
    public async Task Lock_NameThatTheStoreDoesNotTake_RefusedBeforeAnythingIsSent(int length, string reason)
    {
        ClientUnderTest client = Client();

        var thrown = await Assert.ThrowsExactlyAsync<InvalidRequestException>(() => AskAsync(client, new string('n', length)));

        Assert.StartsWith(reason, thrown.Message);
        Assert.IsEmpty(client.Cluster.Calls);
    }

    [TestMethod]
    public async Task Lock_OfTheLongestName_IsGot()
    {
        ClientUnderTest client = Client();
        string name = new('n', StoreLock.NameBytesMax);

        await using StoreLock held = await AskAsync(client, name);

        Assert.StartsWith($"{name}/", held.Key);
    }

    private static string LeaseOf(StoreLock held) => held.Key[2..];

    // A watch waits for a change, or for time to pass.
    private ClientUnderTest Client()
    {
        var client = new ClientUnderTest(time: _time);
        client.Cluster.WatchWait = client.DelayAsync;
        client.Cluster.Heard = (_, operation) =>
        {
            if (operation.StartsWith("watch", StringComparison.Ordinal))
            {
                Assert.IsTrue(_waits.Writer.TryWrite(operation));
            }
        };
        return client;
    }

    private Task<StoreLock> AskAsync(ClientUnderTest client, string name = "n", string owner = "", CancellationToken? cancel = null) =>
        StoreLock.AcquireAsync(client.Client, name, TimeToLive, owner, cancel ?? test.CancellationToken);

    // Somebody waits for the one before to go.
    private async Task WaitsAsync() => await _waits.Reader.ReadAsync(test.CancellationToken);

    private async Task CancelledAsync(CancellationToken token)
    {
        var cancelled = new TaskCompletionSource();
        await using CancellationTokenRegistration told = token.Register(cancelled.SetResult);
        await cancelled.Task.WaitAsync(test.CancellationToken);
    }
}
