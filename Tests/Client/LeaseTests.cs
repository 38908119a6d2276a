using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Client;

/// <summary>Leases through the client library, and one that it renews in the background.</summary>
[TestClass]
public sealed class LeaseTests(TestContext test)
{
    private static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Third = TimeSpan.FromSeconds(10);

    [TestMethod]
    [DataRow(0, "The time to live is 0 s; 1..86400 seconds are taken.")]
    [DataRow(-1, "The time to live is -1 s; 1..86400 seconds are taken.")]
    [DataRow(86_401, "The time to live is 86401 s; 1..86400 seconds are taken.")]
    [DataRow(1.5, "The time to live is 1.5 s; whole seconds are taken.")]
    [DataRow(1e10, "The time to live is 2147483647 s; 1..86400 seconds are taken.")]
    public async Task Grant_TimeThatTheStoreDoesNotTake_RefusedBeforeAnythingIsSent(double seconds, string reason)
    {
        var client = new ClientUnderTest();

        var thrown = await Assert.ThrowsExactlyAsync<InvalidRequestException>(
            () => client.Client.Leases.GrantAsync(TimeSpan.FromSeconds(seconds), test.CancellationToken));

        Assert.AreEqual(reason, thrown.Message);
        Assert.IsEmpty(client.Cluster.Calls);
    }

    [TestMethod]
    public async Task Grant_AnswerLost_OneLease()
    {
        var client = new ClientUnderTest();
        client.Cluster.BefallNext(Mishap.AnswerLost);

        StoreAnswer<LeaseReply> granted = await client.EndAsync(() => client.Client.Leases.GrantAsync(TimeToLive, test.CancellationToken));

        Assert.AreEqual(granted.Reply.LeaseId, Assert.ContainsSingle(client.Cluster.Leases.Names));
        Assert.AreEqual((30, 2), (granted.Reply.TimeToLiveSeconds, granted.Attempts));
    }

    /// <summary>Nobody would renew it, and it would keep its place.</summary>
    [TestMethod]
    public async Task Hold_AnsweredTooLateAndNotRenewed_IsRevoked()
    {
        var client = new ClientUnderTest();
        client.Cluster.Heard = (_, operation) =>
        {
            if (operation.StartsWith("grant", StringComparison.Ordinal))
            {
                client.Advance(TimeSpan.FromSeconds(3));
                (client.Cluster.Always, client.Cluster.AlwaysFor) = (Mishap.Overloaded, "keep");
            }
        };

        await Assert.ThrowsExactlyAsync<StoreUnavailableException>(
            () => client.EndAsync(() => client.Client.Leases.HoldAsync(TimeSpan.FromSeconds(5), test.CancellationToken)));

        Assert.IsEmpty(client.Cluster.Leases.Names);
    }

    [TestMethod]
    public async Task Lease_Disposed_HasNothingLeft()
    {
        var client = new ClientUnderTest();
        HeldLease lease = await client.Client.Leases.HoldAsync(TimeToLive, test.CancellationToken);
        Assert.IsGreaterThan(TimeSpan.Zero, lease.Remaining);

        await lease.DisposeAsync();

        Assert.AreEqual(TimeSpan.Zero, lease.Remaining);
    }

    [TestMethod]
    public async Task Lease_RenewedAndRevoked_TellsItsKeysAndTakesThemWithIt()
    {
        var client = new ClientUnderTest();
        StoreLeases leases = client.Client.Leases;
        string lease = (await leases.GrantAsync(TimeToLive, test.CancellationToken)).Reply.LeaseId;
        await client.BatchAsync([BatchOperation.Put("k", [1], lease), BatchOperation.Put("l", [1], lease), BatchOperation.Put("m", [1])]);
        await leases.KeepAliveAsync(lease, test.CancellationToken);

        GetLeaseReply before = (await leases.GetAsync(lease, cancel: test.CancellationToken)).Reply;
        RevokeLeaseReply revoked = (await leases.RevokeAsync(lease, test.CancellationToken)).Reply;
        RevokeLeaseReply again = (await leases.RevokeAsync(lease, test.CancellationToken)).Reply;

        Assert.AreEqual((true, 30, 1L), (before.Found, before.TimeToLiveSeconds, before.Renewals));
        Assert.AreSequenceEqual(["k", "l"], before.Keys!);
        Assert.AreEqual((true, 2, 5L), (revoked.Found, revoked.KeysRemoved, revoked.Revision));
        Assert.IsFalse(again.Found);
        Assert.IsFalse((await leases.GetAsync(lease, cancel: test.CancellationToken)).Reply.Found);
        Assert.AreEqual((false, true), (client.Cluster.Get("k").Found, client.Cluster.Get("m").Found));
    }

    [TestMethod]
    public async Task Lease_ThatIsOver_IsAFailureOfWhoeverNeedsIt()
    {
        var client = new ClientUnderTest();

        var renewed = await Assert.ThrowsExactlyAsync<LeaseNotFoundException>(() => client.Client.Leases.KeepAliveAsync("1-0-a", test.CancellationToken));
        var put = await Assert.ThrowsExactlyAsync<LeaseNotFoundException>(() => client.BatchAsync([BatchOperation.Put("k", [1], "1-0-b")]));

        Assert.AreEqual(("1-0-a", "1-0-b"), (renewed.Lease, put.Lease));
        Assert.AreEqual(0, client.Cluster.Revision);
    }

    [TestMethod]
    public async Task Grant_AsManyAsThereMayBe_SaysSoWithoutARepeat()
    {
        var client = new ClientUnderTest();
        client.Cluster.BefallNext(Mishap.LeaseLimit);

        var thrown = await Assert.ThrowsExactlyAsync<LeaseLimitException>(() => client.Client.Leases.GrantAsync(TimeToLive, test.CancellationToken));

        Assert.AreEqual(("LeasesMax", 2L), (thrown.Limit, thrown.Max));
        Assert.HasCount(1, client.Cluster.Mutations);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("a b")]
    [DataRow("12345678901234567890123456789012345678901")]
    public void Name_ThatNoLeaseHas_RefusedBeforeAnythingIsSent(string name)
    {
        var client = new ClientUnderTest();

        Assert.ThrowsExactly<InvalidRequestException>(() => { _ = client.Client.Leases.KeepAliveAsync(name, test.CancellationToken); });
        Assert.ThrowsExactly<InvalidRequestException>(() => { _ = client.Client.Leases.RevokeAsync(name, test.CancellationToken); });
        Assert.ThrowsExactly<InvalidRequestException>(() => { _ = client.Client.Leases.GetAsync(name, cancel: test.CancellationToken); });
        Assert.IsEmpty(client.Cluster.Calls);
    }

    /// <summary>An answer of the fake has two.</summary>
    [TestMethod]
    public async Task List_MoreThanOneAnswerHolds_TellsEachOnceInOrder()
    {
        var client = new ClientUnderTest();
        for (int n = 0; n < 5; n++)
        {
            client.Cluster.Leases.Grant(n + 1);
        }

        var told = new List<int>();
        await foreach (LeaseSummary lease in client.Client.Leases.ListAsync(cancel: test.CancellationToken))
        {
            told.Add(lease.TimeToLiveSeconds);
        }

        Assert.AreSequenceEqual([1, 2, 3, 4, 5], told);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task HeldLease_IsRenewedAfterAThirdOfItsTime()
    {
        var time = new StillTime();
        var client = new ClientUnderTest(time: time);
        await using HeldLease lease = await client.Client.Leases.HoldAsync(TimeToLive, test.CancellationToken);

        for (int n = 0; n < 3; n++)
        {
            // Set only once the renewal before is through.
            await time.IsSetAsync(Third, test.CancellationToken);
            Assert.AreEqual(n, Renewals(client, lease));
            time.Advance(Third);
        }

        await time.IsSetAsync(Third, test.CancellationToken);
        Assert.AreEqual(3, Renewals(client, lease));
        Assert.AreEqual(TimeToLive, lease.Remaining);
        Assert.IsFalse(lease.Lost.IsCancellationRequested);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task HeldLease_RenewalsThatFail_AreRepeatedTheSoonerTheLessIsLeft()
    {
        var time = new StillTime();
        var client = new ClientUnderTest(time: time);
        await using HeldLease lease = await client.Client.Leases.HoldAsync(TimeSpan.FromSeconds(27), test.CancellationToken);
        await time.IsSetAsync(TimeSpan.FromSeconds(9), test.CancellationToken);
        client.Cluster.BefallNext(Mishap.InvalidRequest, Mishap.InvalidRequest);

        time.Advance(TimeSpan.FromSeconds(9));
        await time.PassAsync(TimeSpan.FromSeconds(6), test.CancellationToken);
        await time.IsSetAsync(TimeSpan.FromSeconds(4), test.CancellationToken);
        Assert.AreEqual(TimeSpan.FromSeconds(12), lease.Remaining);
        Assert.AreEqual(0, Renewals(client, lease));
        time.Advance(TimeSpan.FromSeconds(4));

        await time.IsSetAsync(TimeSpan.FromSeconds(9), test.CancellationToken);
        Assert.AreEqual(1, Renewals(client, lease));
        Assert.AreEqual(TimeSpan.FromSeconds(27), lease.Remaining);
    }

    /// <summary>Counted from when the last renewal was sent, whatever became of the answer.</summary>
    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task HeldLease_NotRenewedInTime_IsLostJustThen()
    {
        var time = new StillTime();
        var client = new ClientUnderTest(time: time, operationTimeout: TimeSpan.FromHours(1));
        HeldLease lease = await client.Client.Leases.HoldAsync(TimeToLive, test.CancellationToken);
        await time.IsSetAsync(Third, test.CancellationToken);
        client.Cluster.Always = Mishap.Silent;
        time.Advance(Third);
        await time.IsSetAsync(FakeCluster.Options().AttemptTimeout, test.CancellationToken);

        time.Advance(TimeToLive - Third - TimeSpan.FromMilliseconds(1));
        Assert.AreEqual(TimeSpan.FromMilliseconds(1), lease.Remaining);
        Assert.IsFalse(lease.Lost.IsCancellationRequested);
        time.Advance(TimeSpan.FromMilliseconds(1));

        await CancelledAsync(lease.Lost);
        Assert.AreEqual(TimeSpan.Zero, lease.Remaining);
        client.Cluster.Always = null;
        await lease.DisposeAsync();
        Assert.ContainsSingle(call => call.Operation == "revoke lease", client.Cluster.Calls, "the store may still have it");
    }

    /// <summary>One replica that hangs is given two ninths of the time, and then another is asked.</summary>
    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task HeldLease_AReplicaHangs_IsRenewedElsewhere()
    {
        var time = new StillTime();
        var client = new ClientUnderTest(time: time);
        var timeToLive = TimeSpan.FromSeconds(9);
        HeldLease lease = await client.Client.Leases.HoldAsync(timeToLive, test.CancellationToken);
        await time.IsSetAsync(timeToLive / 3, test.CancellationToken);
        client.Cluster.BefallNext(Mishap.Silent);
        time.Advance(timeToLive / 3);
        await time.IsSetAsync(timeToLive * 2 / 9, test.CancellationToken);

        // And then the pause before another attempt, which is drawn.
        for (time.Advance(timeToLive * 2 / 9); Renewals(client, lease) == 0; time.Advance(TimeSpan.FromMilliseconds(1)))
        {
            test.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        Assert.AreEqual(1, Renewals(client, lease));
        Assert.HasCount(2, client.Cluster.Calls.Where(call => call.Operation.StartsWith("keep", StringComparison.Ordinal)).Select(call => call.Replica).Distinct());
        await lease.DisposeAsync();
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task HeldLease_RevokedBySomebodyElse_IsLostWithTheNextRenewal()
    {
        var time = new StillTime();
        var client = new ClientUnderTest(time: time);
        HeldLease lease = await client.Client.Leases.HoldAsync(TimeToLive, test.CancellationToken);
        await time.IsSetAsync(Third, test.CancellationToken);
        await client.Client.Leases.RevokeAsync(lease.Id, test.CancellationToken);

        time.Advance(Third);
        await CancelledAsync(lease.Lost);
        await lease.DisposeAsync();

        Assert.ContainsSingle(call => call.Operation == "revoke lease", client.Cluster.Calls);
    }

    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task HeldLease_Disposed_IsRevokedAndNotRenewedAnyMore()
    {
        var time = new StillTime();
        var client = new ClientUnderTest(time: time);
        HeldLease lease = await client.Client.Leases.HoldAsync(TimeToLive, test.CancellationToken);
        await time.IsSetAsync(Third, test.CancellationToken);

        await lease.DisposeAsync();
        await lease.DisposeAsync();
        time.Advance(TimeToLive);

        Assert.IsEmpty(client.Cluster.Leases.Names);
        Assert.IsFalse(lease.Lost.IsCancellationRequested, "to be given back is not to be lost");
        Assert.AreSequenceEqual(["open session", "grant lease", "revoke lease"], client.Cluster.Calls.Select(call => call.Operation));
    }

    [TestMethod]
    public async Task HeldLease_DisposedWhileNobodyAnswers_EndsByItself()
    {
        var client = new ClientUnderTest();
        HeldLease lease = await client.Client.Leases.HoldAsync(TimeSpan.FromHours(1), test.CancellationToken);
        client.Cluster.Always = Mishap.Refused;

        await client.EndAsync(async () =>
        {
            await lease.DisposeAsync();
            return true;
        });

        Assert.IsGreaterThanOrEqualTo(15, client.Elapsed.TotalSeconds);
    }

    /// <summary>It is over as far as anybody may count on it, and the store ends it by itself: whoever is to hear of the loss does not wait for a store that is out of reach.</summary>
    [TestMethod]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task HeldLease_LostAndDisposedWhileNobodyAnswers_IsNotRevokedForLong()
    {
        var time = new StillTime();
        var client = new ClientUnderTest(time: time);
        HeldLease lease = await client.Client.Leases.HoldAsync(TimeToLive, test.CancellationToken);
        await time.IsSetAsync(Third, test.CancellationToken);
        client.Cluster.Always = Mishap.Silent;
        time.Advance(TimeToLive);
        await CancelledAsync(lease.Lost);

        Task disposed = lease.DisposeAsync().AsTask();
        await time.PassAsync(TimeSpan.FromSeconds(2), test.CancellationToken);
        await disposed.WaitAsync(test.CancellationToken);

        Assert.AreEqual(TimeToLive + TimeSpan.FromSeconds(2), client.Elapsed);
    }

    private static long Renewals(ClientUnderTest client, HeldLease lease) => client.Cluster.Leases.Get(lease.Id).Renewals;

    private async Task CancelledAsync(CancellationToken token)
    {
        var cancelled = new TaskCompletionSource();
        await using CancellationTokenRegistration told = token.Register(cancelled.SetResult);
        await cancelled.Task.WaitAsync(test.CancellationToken);
    }
}
