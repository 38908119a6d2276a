using PaxosWcf.Client;
using PaxosWcf.Contracts;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Tests.Client;

[TestClass]
public sealed class SessionTests
{
    public required TestContext TestContext { get; set; }

    [TestMethod]
    public async Task Client_OnlyReads_OpensNoSession()
    {
        var test = new ClientUnderTest();

        await test.GetAsync("k");

        Assert.AreEqual(0, test.Cluster.Sessions);
    }

    [TestMethod]
    public async Task Client_ManyMutationsAtOnce_OneSessionAndNoNumberTwice()
    {
        var test = new ClientUnderTest();

        await Task.WhenAll(Enumerable.Range(0, 50).Select(n => test.PutAsync($"k{n}")));

        Assert.AreEqual(1, test.Cluster.Sessions);
        long[] numbers = [.. test.Cluster.Mutations.Select(c => c.Identity!.Sequence).Order()];
        Assert.AreSequenceEqual(Enumerable.Range(1, 50).Select(n => (long)n), numbers);
    }

    /// <summary>One opens the session for all, and knows why it is not opened; the others were not sent.</summary>
    [TestMethod]
    public async Task Client_ManyMutationsAtOnceAndNobodyAnswers_NoneSaysThatNothingWasTried()
    {
        var test = new ClientUnderTest();
        test.Cluster.Always = Mishap.Refused;

        string[] reasons = await test.EndAsync(() => Task.WhenAll(Enumerable.Range(0, 5).Select(async n =>
            (await Assert.ThrowsExactlyAsync<StoreUnavailableException>(() => test.Client.PutAsync($"k{n}", [1], TestContext.CancellationToken))).Message)));

        Assert.IsTrue(Array.Exists(reasons, reason => reason.Contains("cannot be reached", StringComparison.Ordinal)));
        Assert.DoesNotContain("(0 attempt", string.Concat(reasons));
    }

    [TestMethod]
    public async Task Call_WithOneAttempt_SaysSoInTheSingular()
    {
        var test = new ClientUnderTest(pinned: 1, operationTimeout: TimeSpan.FromSeconds(1));
        test.Cluster.Always = Mishap.Silent;

        var failure = await Assert.ThrowsExactlyAsync<StoreUnavailableException>(() => test.GetAsync("k"));

        Assert.Contains("(1 attempt at replica 1)", failure.Message);
    }

    /// <summary>As by a servers.xml of another cluster at the same addresses.</summary>
    [TestMethod]
    [DataRow("fruit", "bread", true)]
    [DataRow("fruit", "fruit", false, DisplayName = "the one that is meant")]
    [DataRow("fruit", null, false, DisplayName = "of an earlier build")]
    [DataRow(null, "bread", false, DisplayName = "none is meant")]
    public async Task Put_AtAnotherCluster_IsNotSent(string? meant, string? answers, bool isRefused)
    {
        var test = new ClientUnderTest(meant: meant);
        test.Cluster.Name = answers;

        if (isRefused)
        {
            var refused = await Assert.ThrowsExactlyAsync<WrongClusterException>(() => test.PutAsync("k"));
            Assert.AreEqual("bread", refused.Cluster);
            Assert.Contains("is of cluster \"bread\", and \"fruit\" is meant; nothing was done there", refused.Message);
            Assert.AreEqual(0, test.Cluster.Revision);
            return;
        }

        await test.PutAsync("k");
        Assert.AreEqual(1, test.Cluster.Revision);
    }

    [TestMethod]
    public async Task Put_SessionExpiredAtFirst_NewSessionAndDone()
    {
        var test = new ClientUnderTest();
        test.Cluster.BefallNext(Mishap.SessionExpired);

        StoreAnswer<PutReply> answer = await test.PutAsync("k");

        Assert.AreEqual(1, answer.Reply.Revision);
        Assert.AreEqual("session-2", test.Cluster.Mutations[^1].Identity!.Session);
        Assert.AreEqual(1, test.Cluster.Mutations[^1].Identity!.Sequence);
    }

    [TestMethod]
    public async Task Put_SessionExpiredAfterDoubt_OutcomeUnknownAndNotWrittenTwice()
    {
        var test = new ClientUnderTest();
        test.Cluster.BefallNext(Mishap.AnswerLost, Mishap.SessionExpired);

        var unknown = await Assert.ThrowsExactlyAsync<OutcomeUnknownException>(
            () => test.PutAsync("k"));
        Assert.Contains("no longer knew session session-1", unknown.Message);
        Assert.DoesNotContain("within", unknown.Message, "it did not wait for the deadline");

        Assert.AreEqual(1, test.Cluster.Revision);
        Assert.HasCount(2, test.Cluster.Mutations);
    }

    [TestMethod]
    public async Task Put_SessionExpiredAfterCertainRefusals_NewSessionAndDone()
    {
        var test = new ClientUnderTest();
        test.Cluster.BefallNext(Mishap.NoQuorum, Mishap.SessionExpired);

        StoreAnswer<PutReply> answer = await test.PutAsync("k");

        Assert.AreEqual(1, answer.Reply.Revision);
    }

    [TestMethod]
    public void Session_CallsEndOutOfOrder_AcknowledgesOnlyBelowTheOldestUnderWay()
    {
        var session = new MutationSession("s");
        long first = Begin(session);
        long second = Begin(session);
        long third = Begin(session);

        session.Finish(second);
        Assert.AreEqual(0, session.Identify(third).AcknowledgedThrough, "the first is still under way");

        session.Finish(first);
        Assert.AreEqual(2, session.Identify(third).AcknowledgedThrough);

        session.Finish(third);
        RequestIdentity next = session.Identify(Begin(session));
        Assert.AreEqual(new RequestIdentity { Session = "s", Sequence = 4, AcknowledgedThrough = 3 }, next);
    }

    [TestMethod]
    public void Session_OldestIsUnderWayForLong_NumbersNoMoreThanItsAnswersAreKept()
    {
        var session = new MutationSession("s");
        long oldest = Begin(session);
        for (int n = 1; n < StoreLimits.SessionAnswersMax; n++)
        {
            session.Finish(Begin(session));
        }

        Assert.IsFalse(session.TryBegin(out _));

        session.Finish(oldest);
        Assert.AreEqual(StoreLimits.SessionAnswersMax + 1, Begin(session));
    }

    [TestMethod]
    [DataRow(StateMachineLimits.AnswersPerSessionMax, StoreLimits.SessionAnswersMax)]
    public void SessionAnswers_StoreAndClient_GoByTheSameNumber(int store, int client) => Assert.AreEqual(store, client);

    // A repeat that is late finds its answer, however much the client wrote meanwhile.
    [TestMethod]
    public async Task Put_SlowWhileManyOthersAreAnswered_GetsItsFirstAnswer()
    {
        var test = new ClientUnderTest();
        test.Cluster.BefallNext(Mishap.AnswerLost);
        var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        test.Cluster.Heard = (_, operation) =>
        {
            if (operation == "put")
            {
                lost.TrySetResult();
            }
        };

        // Its repeat is held back for as long as no time passes.
        Task<StoreAnswer<PutReply>> slow = test.Client.PutAsync("slow", [1], TestContext.CancellationToken);
        await lost.Task;
        for (int n = 0; n < 1100; n++)
        {
            await test.Client.PutAsync("k", [1], TestContext.CancellationToken);
        }

        Assert.IsFalse(slow.IsCompleted);
        StoreAnswer<PutReply> answer = await test.EndAsync(() => slow);
        Assert.AreEqual(1, answer.Reply.Revision);
        Assert.AreEqual(2, answer.Attempts);
        Assert.AreEqual(2, test.Cluster.Sessions);
    }

    private static long Begin(MutationSession session)
    {
        Assert.IsTrue(session.TryBegin(out long sequence));
        return sequence;
    }
}
