using PaxosWcf.Client;

namespace PaxosWcf.Tests.Client;

/// <summary>A client that prefers the replica that leads.</summary>
[TestClass]
public sealed class LeaderPreferenceTests(TestContext test)
{
    private static readonly TimeSpan Interval = PaxosClientOptions.LeaderInterval;

    [TestMethod]
    public async Task Leader_IsTold_IsCalledFromThenOn()
    {
        for (int leader = 1; leader <= 5; leader++)
        {
            ClientUnderTest under = Preferring();
            under.Cluster.Leads(leader);
            await under.PutAsync("k");
            await LookAsync(under);

            await under.PutAsync("k");
            await under.GetAsync("k");

            Assert.AreEqual(leader, under.Client.CurrentReplica);
            Assert.IsTrue(under.Cluster.Calls.TakeLast(2).All(call => call.Replica == leader));
        }
    }

    [TestMethod]
    public async Task Client_WithoutPreference_StaysWhereItIs()
    {
        var under = new ClientUnderTest(membersInterval: Interval);
        int first = under.Client.CurrentReplica;
        under.Cluster.Leads(first % 5 + 1);
        await under.PutAsync("k");
        await LookAsync(under);

        Assert.AreEqual(first, under.Client.CurrentReplica);
        Assert.HasCount(MemberWatch.Asked, under.Cluster.AskedForMembers);
    }

    /// <summary>Though the members are asked for once in half a minute only.</summary>
    [TestMethod]
    public async Task Leadership_HandedOver_IsFollowedWithinTheInterval()
    {
        ClientUnderTest under = await AtLeaderAsync();
        int other = under.Client.CurrentReplica % 5 + 1;
        under.Cluster.Leads(other);

        under.Advance(Interval);
        await LookAsync(under);

        Assert.AreEqual(other, under.Client.CurrentReplica);
    }

    [TestMethod]
    public async Task Leader_Fails_OthersAreCalledAndThenTheNextLeader()
    {
        ClientUnderTest under = await AtLeaderAsync();
        int dead = under.Client.CurrentReplica;
        int next = dead % 5 + 1;
        under.Cluster.Gone.Add(FakeCluster.Addresses[dead]);
        under.Cluster.Leads(next);
        under.Advance(MemberWatch.AfterFailure);

        Assert.AreEqual(2, (await under.PutAsync("k")).Attempts);
        await LookAsync(under);

        Assert.AreEqual(next, under.Client.CurrentReplica);
    }

    /// <summary>Where only this client cannot reach the leader, the others go on saying that it leads.</summary>
    [TestMethod]
    public async Task Leader_OutOfReach_IsNotCalledAgainBeforeItAnswers()
    {
        ClientUnderTest under = await AtLeaderAsync();
        int leader = under.Client.CurrentReplica;
        under.Cluster.Gone.Add(FakeCluster.Addresses[leader]);
        await under.PutAsync("k");
        int calls = under.Cluster.Calls.Count;
        for (int look = 0; look < 3; look++)
        {
            under.Advance(Interval);
            await LookAsync(under);
            Assert.AreEqual(1, (await under.PutAsync("k")).Attempts);
        }

        Assert.DoesNotContain(call => call.Replica == leader, under.Cluster.Calls.Skip(calls));
        under.Cluster.Gone.Clear();
        await LooksAsync(under, PaxosClientOptions.LeaderPause);
        Assert.AreEqual(leader, under.Client.CurrentReplica);
    }

    /// <summary>One may answer who leads and fail whatever else it is asked: it is overloaded, say, or has lost its majority.</summary>
    [TestMethod]
    public async Task Leader_AnswersButFailsCalls_IsLeftAloneForAWhile()
    {
        ClientUnderTest under = await AtLeaderAsync();
        int leader = under.Client.CurrentReplica;
        under.Cluster.Befall(leader, Mishap.NoQuorum);
        under.Advance(MemberWatch.AfterFailure);

        Assert.AreEqual(2, (await under.PutAsync("k")).Attempts);
        await LooksAsync(under, PaxosClientOptions.LeaderPause - Interval);
        Assert.AreNotEqual(leader, under.Client.CurrentReplica);

        await LooksAsync(under, 2 * Interval);
        Assert.AreEqual(leader, under.Client.CurrentReplica);
    }

    /// <summary>Who has not yet heard of a hand-over names one that leads no more.</summary>
    [TestMethod]
    public async Task Leader_DoesNotSaySoItself_IsNotPreferred()
    {
        ClientUnderTest under = Preferring();
        int first = under.Client.CurrentReplica;
        int named = first % 5 + 1;
        under.Cluster.Leads(named);
        under.Cluster.Told[FakeCluster.Addresses[named]] = under.Cluster.Told[FakeCluster.Addresses[named]] with { Leader = null };
        await under.PutAsync("k");
        await LookAsync(under);

        Assert.AreEqual(first, under.Client.CurrentReplica);
        Assert.Contains(place => place.Replica == named, under.Cluster.AskedForMembers);
    }

    [TestMethod]
    [DataRow(null, DisplayName = "nobody leads")]
    [DataRow(9, DisplayName = "no member that is known")]
    public async Task Leader_CannotBeCalled_ClientStaysWhereItIs(int? leader)
    {
        ClientUnderTest under = Preferring();
        int first = under.Client.CurrentReplica;
        under.Cluster.Leads(leader);
        await under.PutAsync("k");
        await LookAsync(under);

        Assert.AreEqual(first, under.Client.CurrentReplica);
    }

    /// <summary>The answer of the leader may tell of members that the ones before it had not heard of.</summary>
    [TestMethod]
    public async Task Leader_TellsOfNewMembers_TheyAreLearned()
    {
        ClientUnderTest under = Preferring();
        int first = under.Client.CurrentReplica;
        int leader = first % 5 + 1;
        var moved = new Uri("http://127.0.0.1:9100");
        under.Cluster.Leads(leader);
        under.Cluster.Told[FakeCluster.Addresses[leader]] =
            FakeCluster.Configuration(1, (leader, moved, true), (first, null, true)) with { Leader = leader };
        await under.PutAsync("k");
        await LookAsync(under);
        Assert.AreEqual(first, under.Client.CurrentReplica, "where the leader answered is no member's address any more");

        under.Cluster.Told[moved] = under.Cluster.Told[FakeCluster.Addresses[leader]];
        under.Advance(Interval);
        await LookAsync(under);
        Assert.AreEqual(moved, under.Client.CurrentAddress);
    }

    [TestMethod]
    [DataRow(3, 30, "pinned to replica 3")]
    [DataRow(null, 0, "members interval must be above 0 s")]
    public void Preference_OfAClientThatCannotFollow_IsRefused(int? pinned, int seconds, string reason)
    {
        PaxosClientOptions options = FakeCluster.Options(pinned) with { MembersInterval = TimeSpan.FromSeconds(seconds), PreferLeader = true };

        Assert.Contains(reason, Assert.ThrowsExactly<ArgumentException>(options.Validate).Message);
    }

    /// <summary>A program has the same options for whatever it does.</summary>
    [TestMethod]
    public async Task Options_WithThePreference_ServeAnOperatorToo()
    {
        var cluster = new FakeCluster();
        cluster.Members.Leader = 2;
        PaxosClientOptions options = FakeCluster.Options() with { MembersInterval = Interval, PreferLeader = true };
        var members = new ClusterMembers(options, asked => new ReplicaControlClient(asked, cluster, TimeProvider.System), TimeProvider.System);

        Assert.AreEqual(2, (await members.LeaderAsync(test.CancellationToken)).ReplicaId);
        Assert.AreEqual(1, (await members.RemoveAsync(5, test.CancellationToken)).Configuration);
    }

    private static ClientUnderTest Preferring() => new(membersInterval: TimeSpan.FromSeconds(30), preferLeader: true);

    private async Task<ClientUnderTest> AtLeaderAsync()
    {
        ClientUnderTest under = Preferring();
        int leader = under.Client.CurrentReplica % 5 + 1;
        under.Cluster.Leads(leader);
        await under.PutAsync("k");
        await LookAsync(under);
        Assert.AreEqual(leader, under.Client.CurrentReplica);
        return under;
    }

    // A look at each interval, until so much time has passed.
    private async Task LooksAsync(ClientUnderTest under, TimeSpan time)
    {
        for (TimeSpan passed = default; passed < time; passed += Interval)
        {
            await LookAsync(under);
            under.Advance(Interval);
            await LookAsync(under);
        }
    }

    private Task LookAsync(ClientUnderTest under) => under.Client.MembersLook.WaitAsync(test.CancellationToken);
}
