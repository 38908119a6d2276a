using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Client;

[TestClass]
public sealed class SessionTests
{
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

        await Assert.ThrowsExactlyAsync<OutcomeUnknownException>(
            () => test.PutAsync("k"));

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
        long first = session.Begin();
        long second = session.Begin();
        long third = session.Begin();

        session.Finish(second);
        Assert.AreEqual(0, session.Identify(third).AcknowledgedThrough, "the first is still under way");

        session.Finish(first);
        Assert.AreEqual(2, session.Identify(third).AcknowledgedThrough);

        session.Finish(third);
        RequestIdentity next = session.Identify(session.Begin());
        Assert.AreEqual(new RequestIdentity { Session = "s", Sequence = 4, AcknowledgedThrough = 3 }, next);
    }
}
