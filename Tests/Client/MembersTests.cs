using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Client;

/// <summary>A client that finds out by itself who is in the cluster.</summary>
[TestClass]
public sealed class MembersTests(TestContext test)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private static readonly ReplicaPlace[] Seeds = [.. ReplicaPlace.Of(FakeCluster.Addresses)];

    [TestMethod]
    public async Task Call_MembersAreNotTold_DoesNotWaitForThem()
    {
        var under = new ClientUnderTest(membersInterval: Interval);
        var told = new TaskCompletionSource();
        under.Cluster.MembersHeld = told.Task;

        await under.PutAsync("k");

        Assert.AreEqual(TimeSpan.Zero, under.Elapsed);
        Assert.IsFalse(under.Client.MembersLook.IsCompleted);
        told.SetResult();
        await LookAsync(under);
        Assert.HasCount(MemberWatch.Asked, under.Cluster.AskedForMembers);
    }

    /// <summary>Replaced one after the other, all five are somewhere else in the end.</summary>
    [TestMethod]
    public async Task Members_AllMovedAndTheFirstPlacesGone_AreCalledWhereTheyAre()
    {
        var under = new ClientUnderTest(membersInterval: Interval);
        Tell(under, FakeCluster.Configuration(5, [.. FakeCluster.Addresses.Keys.Select(id => (id, (Uri?)Moved(id), true))]));
        await under.PutAsync("k");
        await LookAsync(under);
        under.Cluster.Gone.UnionWith(FakeCluster.Addresses.Values);

        Assert.AreEqual(1, (await under.PutAsync("k")).Attempts);
        Assert.AreEqual(Moved(under.Client.CurrentReplica), under.Client.CurrentAddress);
        Assert.AreSequenceEqual(
            Seeds.Concat(FakeCluster.Addresses.Keys.Select(id => new ReplicaPlace(id, Moved(id)))),
            under.Cluster.Kept.OrderBy(place => place.Address.Port));
    }

    [TestMethod]
    public async Task Member_StillThere_GoesOnBeingCalled()
    {
        for (int seed = 1; seed <= 10; seed++)
        {
            var under = new ClientUnderTest(seed: seed, membersInterval: Interval);
            int current = under.Client.CurrentReplica;
            int other = current % 5 + 1;
            Tell(under, FakeCluster.Configuration(1, [.. FakeCluster.Addresses.Keys.Where(id => id != other).Select(Voter)]));
            await under.PutAsync("k");
            await LookAsync(under);

            Assert.AreEqual(current, under.Client.CurrentReplica);
        }
    }

    [TestMethod]
    public async Task Members_SomeFail_VotersThenLearnersThenTheOthersAreCalled()
    {
        var under = new ClientUnderTest(membersInterval: Interval);
        Tell(under, FakeCluster.Configuration(3, Voter(1), Voter(2), (3, null, false), Voter(4)));
        await under.GetAsync("k");
        await LookAsync(under);
        int before = under.Cluster.Calls.Count;
        under.Cluster.BefallNext([.. Enumerable.Repeat(Mishap.Refused, 5)]);

        await under.GetAsync("k");

        int[] asked = [.. under.Cluster.Calls.Skip(before).Select(call => call.Replica)];
        Assert.AreSequenceEqual([1, 2, 4], asked[..3].Order());
        Assert.AreSequenceEqual([3, 5], asked[3..5], "the learner, then the one that was taken out");
        Assert.Contains(asked[5], (int[])[1, 2, 4], "another round");
    }

    /// <summary>That a replica failed an hour ago is no reason to call one that was taken out.</summary>
    [TestMethod]
    public async Task Members_FailEachInItsTurn_OneThatWasTakenOutIsNotCalled()
    {
        var under = new ClientUnderTest(membersInterval: Interval);
        Tell(under, FakeCluster.Configuration(1, Voter(1), Voter(2), Voter(4)));
        await under.GetAsync("k");
        await LookAsync(under);
        int before = under.Cluster.Calls.Count;
        for (int failure = 0; failure < 10; failure++)
        {
            under.Cluster.BefallNext(Mishap.Refused);
            await under.GetAsync("k");
        }

        Assert.DoesNotContain(call => call.Replica is 3 or 5, under.Cluster.Calls.Skip(before));
    }

    /// <summary>One that was taken out while it was cut off tells what it knows.</summary>
    [TestMethod]
    public async Task Configuration_OlderThanTheKnown_IsIgnored()
    {
        var under = new ClientUnderTest(membersInterval: Interval);
        Tell(under, FakeCluster.Configuration(2, Voter(1), Voter(2), Voter(3)));
        await under.GetAsync("k");
        await LookAsync(under);
        Tell(under, FakeCluster.Configuration(1, [.. FakeCluster.Addresses.Keys.Select(id => (id, (Uri?)Moved(id), true))]));
        under.Advance(Interval);
        await LookAsync(under);

        Assert.AreEqual(FakeCluster.Addresses[under.Client.CurrentReplica], under.Client.CurrentAddress);
        Assert.IsLessThan(4, under.Client.CurrentReplica);
    }

    /// <summary>What the bootstrap said the client has from its servers.xml, where addresses may be mapped for it.</summary>
    [TestMethod]
    public async Task Configuration_OfTheBootstrap_TeachesNothing()
    {
        var under = new ClientUnderTest(membersInterval: Interval);
        Tell(under, FakeCluster.Configuration(0, [.. FakeCluster.Addresses.Keys.Select(id => (id, (Uri?)Moved(id), true))]));
        await under.GetAsync("k");
        await LookAsync(under);

        Assert.AreEqual(FakeCluster.Addresses[under.Client.CurrentReplica], under.Client.CurrentAddress);
        Assert.IsEmpty(under.Cluster.Kept);
    }

    [TestMethod]
    public async Task Look_FirstFails_GoesOnToOthers()
    {
        var under = new ClientUnderTest(membersInterval: Interval);
        int first = under.Client.CurrentReplica;
        under.Cluster.Gone.Add(FakeCluster.Addresses[first]);
        Tell(under, FakeCluster.Configuration(1, Voter(first % 5 + 1)));
        await under.GetAsync("k");
        await LookAsync(under);

        Assert.AreEqual(first % 5 + 1, under.Client.CurrentReplica);
    }

    /// <summary>Of five replicas one was told of the change: within so many intervals it is asked.</summary>
    [TestMethod]
    public async Task Look_AtIntervals_AsksAnotherReplicaEachTime()
    {
        var under = new ClientUnderTest(membersInterval: Interval);
        int current = under.Client.CurrentReplica;
        await under.GetAsync("k");
        await LookAsync(under);
        for (int look = 0; look < 3; look++)
        {
            under.Advance(Interval - TimeSpan.FromSeconds(1));
            Assert.IsTrue(under.Client.MembersLook.IsCompleted);
            under.Advance(TimeSpan.FromSeconds(1));
            await LookAsync(under);
        }

        IReadOnlyList<ReplicaPlace> asked = under.Cluster.AskedForMembers;
        Assert.AreEqual(4, asked.Count(place => place.Replica == current));
        Assert.AreSequenceEqual(Seeds, asked.Distinct().OrderBy(place => place.Replica));
    }

    [TestMethod]
    public async Task Attempt_Failed_MembersAreAskedAgainButNotMoreThanOnceASecond()
    {
        var under = new ClientUnderTest(membersInterval: Interval);
        await under.GetAsync("k");
        await LookAsync(under);
        int asked = under.Cluster.AskedForMembers.Count;

        under.Cluster.BefallNext(Mishap.Refused);
        await under.GetAsync("k");
        await LookAsync(under);
        Assert.HasCount(asked, under.Cluster.AskedForMembers);

        under.Advance(MemberWatch.AfterFailure);
        under.Cluster.BefallNext(Mishap.Refused);
        await under.GetAsync("k");
        await LookAsync(under);
        Assert.HasCount(asked + MemberWatch.Asked, under.Cluster.AskedForMembers);
    }

    [TestMethod]
    [DataRow(3, 30, DisplayName = "pinned")]
    [DataRow(null, 0, DisplayName = "off")]
    public async Task Client_PinnedOrTurnedOff_NeverAsks(int? pinned, int seconds)
    {
        var under = new ClientUnderTest(pinned, membersInterval: TimeSpan.FromSeconds(seconds));
        await under.GetAsync("k");
        under.Advance(TimeSpan.FromHours(1));
        under.Cluster.BefallNext(Mishap.Refused);
        await under.GetAsync("k");
        await LookAsync(under);

        Assert.IsEmpty(under.Cluster.AskedForMembers);
    }

    [TestMethod]
    public async Task Client_DisposedWhileItAsks_DoesNotWaitForTheAnswer()
    {
        var under = new ClientUnderTest(membersInterval: Interval);
        under.Cluster.MembersHeld = new TaskCompletionSource().Task;
        await under.GetAsync("k");

        await under.Client.DisposeAsync().AsTask().WaitAsync(test.CancellationToken);

        Assert.IsTrue(under.Client.MembersLook.IsCompletedSuccessfully);
    }

    [TestMethod]
    public async Task Control_StatusNamesMembersThatMoved_TheyAreAskedThere()
    {
        var cluster = new FakeCluster();
        cluster.Told[FakeCluster.Addresses[1]] = FakeCluster.Configuration(2, Voter(1), (2, Moved(2), true), (6, Moved(6), false));
        await using var control = Control(cluster);
        await control.StatusAsync(1, test.CancellationToken);

        Assert.AreSequenceEqual([1, 2, 6], control.Replicas);
        await control.StatusAsync(2, test.CancellationToken);
        await control.StatusAsync(6, test.CancellationToken);
        Assert.AreSequenceEqual([FakeCluster.Addresses[1], Moved(2), Moved(6)], cluster.Calls.Select(call => call.Address));
    }

    /// <summary>A replica that has just been put in another's place tells, until it has caught up, of configurations that are over.</summary>
    [TestMethod]
    public async Task Control_WhatItHeardLeadsNowhere_GoesBackToItsOptions()
    {
        var cluster = new FakeCluster();
        cluster.Told[FakeCluster.Addresses[4]] = FakeCluster.Configuration(3, Voter(1), (4, Moved(4), true));
        cluster.Gone.Add(Moved(4));
        await using var control = Control(cluster);
        await control.StatusAsync(4, test.CancellationToken);

        Assert.AreEqual(Moved(4), control.Addresses[4]);
        Assert.AreEqual(4, (await control.StatusAsync(4, test.CancellationToken)).ReplicaId);
        cluster.Gone.Add(FakeCluster.Addresses[4]);
        await Assert.ThrowsExactlyAsync<ReplicaUnavailableException>(() => control.StatusAsync(4, test.CancellationToken));
    }

    [TestMethod]
    public async Task Replica_Fenced_AnotherIsCalledAtOnce()
    {
        var under = new ClientUnderTest();
        under.Cluster.BefallNext(Mishap.Fenced);

        Assert.AreEqual(2, (await under.PutAsync("k")).Attempts);
        Assert.AreEqual(TimeSpan.Zero, under.Elapsed);
    }

    [TestMethod]
    [DataRow(-1)]
    [DataRow(86_401)]
    public void Interval_OutsideItsLimits_IsRefused(int seconds)
    {
        var thrown = Assert.ThrowsExactly<ArgumentException>(
            () => (FakeCluster.Options() with { MembersInterval = TimeSpan.FromSeconds(seconds) }).Validate());

        Assert.Contains($"The members interval is {seconds} s", thrown.Message);
        (FakeCluster.Options() with { MembersInterval = PaxosClientOptions.MembersIntervalMax }).Validate();
    }

    /// <summary>What was to be secret must not leave in clear because of what somebody answered.</summary>
    [TestMethod]
    [DataRow("https", "https://127.0.0.1:9103/", DisplayName = "given https alone")]
    [DataRow("http", "http://127.0.0.1:9102/", DisplayName = "given http")]
    public void Members_WithoutHttps_AreNotLearnedByAClientThatWasGivenHttpsAlone(string scheme, string first)
    {
        PaxosClientOptions options = FakeCluster.Options() with { Replicas = new Dictionary<int, Uri> { [1] = new($"{scheme}://127.0.0.1:8101") } };
        MemberData[] members = FakeCluster.Configuration(3, (2, new Uri("http://127.0.0.1:9102"), true), (3, new Uri("https://127.0.0.1:9103"), true)).Members;

        KnownMembers? known = KnownMembers.None.Learn(3, members, options);

        Assert.AreEqual(first, known!.Voters[0].Address.ToString());
        Assert.HasCount(scheme == "http" ? 2 : 1, known.Voters);
    }

    private static ReplicaControlClient Control(FakeCluster cluster) =>
        new(FakeCluster.Options() with { MembersInterval = Interval }, cluster, TimeProvider.System);

    private static Uri Moved(int replica) => new($"http://127.0.0.1:{9100 + replica}");

    private static (int Replica, Uri? Client, bool IsVoter) Voter(int replica) => (replica, null, true);

    private static void Tell(ClientUnderTest under, MemberReport report)
    {
        foreach (Uri address in FakeCluster.Addresses.Values)
        {
            under.Cluster.Told[address] = report;
        }
    }

    private Task LookAsync(ClientUnderTest under) => under.Client.MembersLook.WaitAsync(test.CancellationToken);
}
