using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Client;

[TestClass]
public sealed class RetryTests
{
    [TestMethod]
    public async Task Put_ReplicaRefuses_AnotherAnswersAtOnce()
    {
        var test = new ClientUnderTest();
        int first = test.Client.CurrentReplica;
        test.Cluster.Befall(first, Mishap.Refused);

        StoreAnswer<PutReply> answer = await test.PutAsync("k");

        Assert.AreNotEqual(first, answer.Replica);
        Assert.AreEqual(2, answer.Attempts);
        Assert.AreEqual(1, answer.Reply.Revision);
    }

    [TestMethod]
    [DataRow(Mishap.AnswerLost)]
    [DataRow(Mishap.Silent)]
    [DataRow(Mishap.NoQuorum)]
    [DataRow(Mishap.Overloaded)]
    [DataRow(Mishap.OutcomeUnknown)]
    public async Task Put_OneAttemptFails_RepeatedElsewhereWithTheSameIdentity(object mishap)
    {
        var test = new ClientUnderTest();
        test.Cluster.BefallNext((Mishap)mishap);

        StoreAnswer<PutReply> answer = await test.PutAsync("k");

        IReadOnlyList<FakeCall> sent = test.Cluster.Mutations;
        Assert.HasCount(2, sent);
        Assert.AreEqual(sent[0].Identity, sent[1].Identity);
        Assert.AreNotEqual(sent[0].Replica, sent[1].Replica);
        Assert.AreEqual(1, test.Cluster.Revision, "applied once");
        Assert.AreEqual(1, answer.Reply.Revision, "the first answer");
    }

    [TestMethod]
    public async Task Put_NoReplicaIsThere_NoEffectIsCertainAtTheDeadline()
    {
        var test = new ClientUnderTest();
        test.Cluster.Always = Mishap.Refused;

        var thrown = await Assert.ThrowsExactlyAsync<StoreUnavailableException>(
            () => test.PutAsync("k"));

        Assert.Contains("It had no effect", thrown.Message);
        Assert.Contains("1, 2, 3, 4, 5", thrown.Message);
        Assert.IsGreaterThanOrEqualTo(15, test.Elapsed.TotalSeconds);
    }

    /// <summary>Attempts that cost no pause do not make the next one longer.</summary>
    [TestMethod]
    public async Task Put_NoReplicaIsThere_PausesDoubleFromTheFirstOn()
    {
        TimeSpan step = TimeSpan.FromMilliseconds(10);
        for (int seed = 1; seed <= 3; seed++)
        {
            var test = new ClientUnderTest(seed: seed, operationTimeout: TimeSpan.FromSeconds(3));
            test.Cluster.Always = Mishap.Refused;
            var at = new List<TimeSpan>();
            test.Cluster.Heard = (_, _) => at.Add(test.Elapsed);

            await Assert.ThrowsExactlyAsync<StoreUnavailableException>(() => test.GetAsync("k", step: step));

            double[] rounds = [.. at.Chunk(5).Select(round => round[0].TotalMilliseconds)];
            double[] pauses = [.. rounds.Skip(1).Zip(rounds, (next, round) => next - round)];
            for (int n = 0; n < 5; n++)
            {
                double longest = 50 * Math.Pow(2, n);
                Assert.IsInRange(longest / 2, longest + (3 * step.TotalMilliseconds), pauses[n], $"seed {seed}, pause {n}");
            }
        }
    }

    [TestMethod]
    public async Task Put_StoreIsFull_SaysSoWithoutARepeat()
    {
        var test = new ClientUnderTest();
        test.Cluster.BefallNext(Mishap.StorageFull);

        var thrown = await Assert.ThrowsExactlyAsync<StorageFullException>(() => test.PutAsync("k"));

        Assert.AreEqual((11L, 10L), (thrown.UsedBytes, thrown.LimitBytes));
        Assert.HasCount(1, test.Cluster.Mutations);
        Assert.AreEqual(0, test.Cluster.Revision);
    }

    /// <summary>That a store is full now says nothing of what it took before: another replica is asked.</summary>
    [TestMethod]
    public async Task Put_AnswerLostAndThenTheStoreIsFull_GoesOn()
    {
        var test = new ClientUnderTest();
        test.Cluster.BefallNext(Mishap.AnswerLost, Mishap.StorageFull);

        var put = await test.PutAsync("k");

        Assert.AreEqual(1, put.Reply.Revision);
        Assert.AreEqual(1, test.Cluster.Revision, "it was taken once");
    }

    [TestMethod]
    public async Task Put_AnswerLostAndThenTheStoreStaysFull_OutcomeIsUnknown()
    {
        var test = new ClientUnderTest();
        test.Cluster.BefallNext(Mishap.AnswerLost);
        test.Cluster.AlwaysFor = "put";
        test.Cluster.Always = Mishap.StorageFull;

        await Assert.ThrowsExactlyAsync<OutcomeUnknownException>(() => test.PutAsync("k"));

        Assert.IsGreaterThanOrEqualTo(15, test.Elapsed.TotalSeconds);
        Assert.AreEqual(1, test.Cluster.Revision, "it was taken");
    }

    /// <summary>An attempt that cannot be answered in time would make an effect possible that was certainly none.</summary>
    [TestMethod]
    [DataRow(3, 15, 4, DisplayName = "three are dead")]
    [DataRow(3, 10, 4, DisplayName = "three are dead, less time")]
    [DataRow(0, 15, 4, DisplayName = "all are there, and do not reach each other")]
    public async Task Put_OnlyNoQuorumAfterSeconds_NoEffectIsCertain(int dead, int operationSeconds, int waitSeconds)
    {
        var test = new ClientUnderTest(operationTimeout: TimeSpan.FromSeconds(operationSeconds));
        await test.PutAsync("a");
        test.Cluster.Always = Mishap.NoQuorum;
        var wait = TimeSpan.FromSeconds(waitSeconds);
        test.Cluster.NoQuorumAfter = (wait, () => test.DelayAsync(wait));
        test.Cluster.Gone.UnionWith(FakeCluster.Addresses.Values.Take(dead));

        StoreUnavailableException failed = await Assert.ThrowsExactlyAsync<StoreUnavailableException>(() => test.PutAsync("k"));

        Assert.Contains("It had no effect", failed.Message);
    }

    /// <summary>One that is cut off from the others says nothing of them.</summary>
    [TestMethod]
    public async Task Put_NoQuorumAtOneReplica_AsksTheOthers_HoweverLittleTimeIsLeft()
    {
        var test = new ClientUnderTest();
        await test.PutAsync("a");
        int first = test.Cluster.Calls[^1].Replica;
        test.Cluster.Befall(first, Mishap.NoQuorum);
        var wait = TimeSpan.FromSeconds(14);
        test.Cluster.NoQuorumAfter = (wait, () => test.DelayAsync(TimeSpan.FromSeconds(4)));

        StoreAnswer<PutReply> answer = await test.PutAsync("k");

        Assert.AreNotEqual(first, answer.Replica);
    }

    /// <summary>The first put opens a session, and that is what finds out.</summary>
    [TestMethod]
    public async Task Put_WithoutAMajorityFromTheStart_SaysSo()
    {
        var test = new ClientUnderTest();
        int first = test.Client.CurrentReplica;
        test.Cluster.Befall(first, [.. Enumerable.Repeat(Mishap.NoQuorum, 100)]);
        foreach (int other in FakeCluster.Addresses.Keys.Where(id => id != first))
        {
            test.Cluster.Befall(other, [.. Enumerable.Repeat(Mishap.Refused, 1000)]);
        }

        var thrown = await Assert.ThrowsExactlyAsync<StoreUnavailableException>(() => test.PutAsync("k"));

        Assert.MatchesRegex($"No majority of the replicas was reached at replica {first}|Last: replica {first} reached no majority", thrown.Message);
    }

    [TestMethod]
    public async Task Put_OnlyNoQuorum_NoEffectIsCertain()
    {
        var test = new ClientUnderTest();
        await test.PutAsync("a");
        test.Cluster.Always = Mishap.NoQuorum;

        await Assert.ThrowsExactlyAsync<StoreUnavailableException>(
            () => test.PutAsync("k"));
    }

    [TestMethod]
    [DataRow(Mishap.AnswerLost)]
    [DataRow(Mishap.Silent)]
    [DataRow(Mishap.OutcomeUnknown)]
    public async Task Put_OneDoubtThenOnlyRefusals_OutcomeStaysUnknown(object doubt)
    {
        var test = new ClientUnderTest();
        await test.PutAsync("a");
        test.Cluster.BefallNext((Mishap)doubt);
        test.Cluster.Always = Mishap.Refused;

        var thrown = await Assert.ThrowsExactlyAsync<OutcomeUnknownException>(
            () => test.PutAsync("k"));

        Assert.AreEqual("session-1", thrown.Session);
        Assert.AreEqual(2, thrown.Sequence);
    }

    [TestMethod]
    public async Task Get_EverySilent_UnavailableAndNeverUnknown()
    {
        var test = new ClientUnderTest();
        test.Cluster.Always = Mishap.Silent;

        await Assert.ThrowsExactlyAsync<StoreUnavailableException>(() => test.GetAsync("k"));

        int replicas = test.Cluster.Calls.Select(c => c.Replica).Distinct().Count();
        Assert.IsGreaterThan(1, replicas, "an attempt that is over its time goes on elsewhere");
        Assert.HasCount(replicas, test.Cluster.Calls);
    }

    [TestMethod]
    public async Task Put_Pinned_NoOtherReplicaIsAsked()
    {
        var test = new ClientUnderTest(pinned: 4);
        test.Cluster.BefallNext(Mishap.Refused, Mishap.Overloaded, Mishap.AnswerLost);

        StoreAnswer<PutReply> answer = await test.PutAsync("k");

        Assert.AreEqual(4, answer.Attempts);
        Assert.IsTrue(test.Cluster.Calls.All(c => c.Replica == 4));
    }

    [TestMethod]
    public async Task Put_CallerGivesUp_CancelledAndNotRepeated()
    {
        var test = new ClientUnderTest();
        test.Cluster.Always = Mishap.Silent;
        using var cancel = new CancellationTokenSource();
        test.Cluster.Heard = (_, _) => cancel.Cancel();

        await Assert.ThrowsAsync<OperationCanceledException>(() => test.GetAsync("k", cancel));
        Assert.HasCount(1, test.Cluster.Calls);
    }

    [TestMethod]
    [DataRow(1, Mishap.NoQuorum)]
    [DataRow(2, Mishap.NoQuorum)]
    [DataRow(2, Mishap.Refused)]
    public async Task Get_CallerGivesUpJustAsAnAttemptFails_Cancelled(int attempt, object mishap)
    {
        var test = new ClientUnderTest();
        test.Cluster.Always = (Mishap)mishap;
        using var cancel = new CancellationTokenSource();
        int calls = 0;
        test.Cluster.Heard = (_, _) =>
        {
            if (++calls == attempt)
            {
                cancel.Cancel();
            }
        };

        await Assert.ThrowsAsync<OperationCanceledException>(() => test.GetAsync("k", cancel));
        Assert.HasCount(attempt, test.Cluster.Calls);
    }
}
