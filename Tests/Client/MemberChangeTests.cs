using Microsoft.Extensions.Time.Testing;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Client;

/// <summary>An operator's change of the members waits for a leader that takes it, and is made once.</summary>
[TestClass]
public sealed class MemberChangeTests
{
    private static readonly TimeSpan Limit = FakeCluster.Options().OperationTimeout;

    private static readonly Uri Nowhere = new("http://127.0.0.1:9");

    private readonly FakeTimeProvider _time = new();
    private readonly HashSet<Uri> _gone;
    private readonly FakeMembers _fake;
    private readonly ClusterMembers _members;
    private readonly CancellationToken _cancel;

    public MemberChangeTests(TestContext test)
    {
        var cluster = new FakeCluster();
        (_fake, _gone, _cancel) = (cluster.Members, cluster.Gone, test.CancellationToken);
        _members = new ClusterMembers(FakeCluster.Options(), asked => new ReplicaControlClient(asked, cluster, _time), _time);
    }

    [TestMethod]
    public async Task Change_NobodyLeadsYet_WaitsAndIsMadeOnce()
    {
        _fake.Leader = null;
        Task<MemberReport> change = _members.RemoveAsync(5, _cancel);
        await PassAsync(TimeSpan.FromSeconds(2), change);
        Assert.IsFalse(change.IsCompleted);
        Assert.IsEmpty(_fake.Asked);

        _fake.Leader = 3;
        MemberReport report = await EndAsync(change);
        Assert.AreEqual(1, report.Configuration);
        Assert.AreSequenceEqual(["remove 5"], _fake.Asked);
    }

    /// <summary>A majority that is down is why, and it is for whoever asks to see.</summary>
    [TestMethod]
    public async Task Leader_NobodyLeads_SaysWhoDoesNotAnswer()
    {
        _fake.Leader = null;
        _gone.UnionWith([FakeCluster.Addresses[2], FakeCluster.Addresses[4], FakeCluster.Addresses[5]]);

        var none = await Assert.ThrowsExactlyAsync<StoreUnavailableException>(() => _members.LeaderAsync(_cancel));

        Assert.AreEqual(
            "None of the replicas 1, 2, 3, 4, 5 leads: there is no quorum, or an election is under way. Replica 2 cannot be reached (Connection refused)."
            + " Replica 4 cannot be reached (Connection refused). Replica 5 cannot be reached (Connection refused).",
            none.Message);
    }

    /// <summary>To readmit it asks the leader for the address first.</summary>
    [TestMethod]
    public async Task Readmit_NobodyLeadsYet_Waits()
    {
        _fake.Leader = null;
        _fake.Lives[4] = "00000000000000ab";
        Task<MemberReport> change = _members.ReadmitAsync(4, _cancel);
        await PassAsync(TimeSpan.FromSeconds(2), change);
        Assert.IsFalse(change.IsCompleted);

        _fake.Leader = 2;
        Assert.AreEqual("00000000000000ab", (await EndAsync(change)).Members.Single(member => member.ReplicaId == 4).Incarnation);
    }

    /// <summary>Uri leaves the scheme's own port out.</summary>
    [TestMethod]
    public async Task Add_AtTheSchemesOwnPorts_SendsThem()
    {
        await EndAsync(_members.AddAsync(6, new Uri("http://127.0.0.1:80"), new Uri("https://h:443"), _cancel));
        Assert.AreSequenceEqual(["add 6 first http://127.0.0.1:80 https://h:443"], _fake.Asked);
    }

    [TestMethod]
    public async Task Add_OfAMember_IsRefusedBeforeItsAddressIsAsked()
    {
        _gone.Add(Nowhere);
        var refused = await Assert.ThrowsExactlyAsync<ChangeRefusedException>(() => EndAsync(_members.AddAsync(3, Nowhere, Nowhere, _cancel)));
        Assert.StartsWith("Replica 3 is a member already", refused.Message);
    }

    [TestMethod]
    public async Task Replace_OfNoMember_IsRefusedBeforeItsAddressIsAsked()
    {
        _gone.Add(Nowhere);
        var refused = await Assert.ThrowsExactlyAsync<ChangeRefusedException>(() => EndAsync(_members.ReplaceAsync(8, Nowhere, Nowhere, _cancel)));
        Assert.AreEqual("Replica 8 is not a member; the members are 1, 2, 3, 4, 5.", refused.Message);
    }

    [TestMethod]
    public async Task Add_NobodyAtTheAddress_NamesIt()
    {
        _gone.Add(Nowhere);
        var silent = await Assert.ThrowsExactlyAsync<ReplicaUnavailableException>(() => EndAsync(_members.AddAsync(6, Nowhere, Nowhere, _cancel)));
        Assert.EndsWith("It was asked at http://127.0.0.1:9.", silent.Message);
    }

    [TestMethod]
    public async Task Change_RefusedForNow_IsAskedForAgain()
    {
        Fate(ChangeFate.RefusedForNow, ChangeFate.RefusedForNow);
        Assert.HasCount(4, (await EndAsync(_members.RemoveAsync(5, _cancel))).Members);
        Assert.AreSequenceEqual(["remove 5", "remove 5", "remove 5"], _fake.Asked);
    }

    [TestMethod]
    public async Task Change_Refused_IsToldAtOnce()
    {
        Fate(ChangeFate.Refused);
        await Assert.ThrowsExactlyAsync<ChangeRefusedException>(() => EndAsync(_members.RemoveAsync(5, _cancel)));
        Assert.HasCount(1, _fake.Asked);
    }

    [TestMethod]
    public async Task Change_RefusedForNowAllTheTime_IsToldWhenTheTimeIsOver()
    {
        Fate([.. Enumerable.Repeat(ChangeFate.RefusedForNow, 1000)]);
        long start = _time.GetTimestamp();
        await Assert.ThrowsExactlyAsync<ChangeRefusedException>(() => EndAsync(_members.RemoveAsync(5, _cancel)));
        Assert.IsGreaterThanOrEqualTo(Limit, _time.GetElapsedTime(start));
        Assert.IsLessThan(Limit + TimeSpan.FromSeconds(5), _time.GetElapsedTime(start));
    }

    [TestMethod]
    public async Task Change_NobodyEverLeads_IsUnavailable()
    {
        _fake.Leader = null;
        await Assert.ThrowsExactlyAsync<StoreUnavailableException>(() => EndAsync(_members.RemoveAsync(5, _cancel)));
    }

    [TestMethod]
    public async Task Answer_Lost_ChangeIsFoundMadeAndNotAskedForAgain()
    {
        Fate(ChangeFate.AnswerLost);
        MemberReport report = await EndAsync(_members.RemoveAsync(5, _cancel));
        Assert.AreEqual(1, report.Configuration);
        Assert.HasCount(4, report.Members);
        Assert.HasCount(1, _fake.Asked);
    }

    /// <summary>Both would make configuration 1, so one of them at most is made.</summary>
    [TestMethod]
    public async Task Question_Lost_IsAskedAgainUnderTheSameConfiguration()
    {
        Fate(ChangeFate.Lost, ChangeFate.Refused);
        Assert.AreEqual(1, (await EndAsync(_members.RemoveAsync(5, _cancel))).Configuration);
        Assert.HasCount(3, _fake.Asked);
    }

    /// <summary>It may have been made and undone: only the operator can say whether it is still wanted.</summary>
    [TestMethod]
    public async Task Question_LostAndTheMembersChangedSince_IsNotAskedAgain()
    {
        Fate(ChangeFate.LostToAnother);
        var refused = await Assert.ThrowsExactlyAsync<ChangeRefusedException>(() => EndAsync(_members.RemoveAsync(5, _cancel)));
        Assert.Contains("configuration 0 then, 1 now", refused.Message);
        Assert.HasCount(1, _fake.Asked);
    }

    [TestMethod]
    public async Task Question_LostAllTheTime_IsUnknownWhenTheTimeIsOver()
    {
        Fate([.. Enumerable.Repeat(ChangeFate.Lost, 1000)]);
        var unknown = await Assert.ThrowsExactlyAsync<ChangeUnknownException>(() => EndAsync(_members.RemoveAsync(5, _cancel)));
        Assert.Contains("Whether the change was made is not known", unknown.Message);
    }

    [TestMethod]
    public async Task Question_NeverSent_HadNoEffectForCertain()
    {
        Fate([.. Enumerable.Repeat(ChangeFate.NotSent, 1000)]);
        var unavailable = await Assert.ThrowsExactlyAsync<ReplicaUnavailableException>(() => EndAsync(_members.RemoveAsync(5, _cancel)));
        Assert.IsFalse(unavailable.MayHaveTakenEffect);
    }

    /// <summary>It is made, whatever comes.</summary>
    [TestMethod]
    public async Task Change_ChosenAndNobodyLeadsUnderIt_IsNotCalledWithoutEffect()
    {
        Fate(ChangeFate.NotLed);
        var unknown = await Assert.ThrowsExactlyAsync<ChangeUnknownException>(() => EndAsync(_members.RemoveAsync(5, _cancel)));
        Assert.StartsWith("Configuration 1 is chosen, but within 15 s nobody led under it", unknown.Message);
        Assert.HasCount(1, _fake.Asked);
    }

    private void Fate(params ChangeFate[] fates)
    {
        foreach (ChangeFate fate in fates)
        {
            _fake.Fates.Enqueue(fate);
        }
    }

    private async Task<MemberReport> EndAsync(Task<MemberReport> change)
    {
        await PassAsync(2 * Limit, change);
        return await change;
    }

    // Lets time pass until the change ends, for so long at most. What a step wakes runs on the thread pool: it gets a moment
    // before more time passes, and no verdict hangs on how long that moment is.
    private async Task PassAsync(TimeSpan time, Task change)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed < time && !change.IsCompleted; passed += TimeSpan.FromMilliseconds(50))
        {
            _time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.WhenAny(change, Task.Delay(1, _cancel));
        }
    }
}
