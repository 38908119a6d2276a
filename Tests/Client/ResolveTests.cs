using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Client;

/// <summary>What a client finds out of a write that ended in doubt.</summary>
[TestClass]
public sealed class ResolveTests(TestContext context)
{
    [TestMethod]
    [DataRow(true, ResolveOutcome.Applied)]
    [DataRow(false, ResolveOutcome.NotApplied)]
    public async Task Write_ThatEndedInDoubt_IsResolved(bool isExecuted, ResolveOutcome outcome)
    {
        var test = new ClientUnderTest();
        test.Cluster.Always = isExecuted ? Mishap.AnswerLost : Mishap.Silent;
        test.Cluster.AlwaysFor = "put";
        OutcomeUnknownException doubt = await Assert.ThrowsExactlyAsync<OutcomeUnknownException>(() => test.PutAsync("k"));
        test.Cluster.Always = null;

        ResolveReply reply = (await test.EndAsync(() => test.Client.ResolveAsync(doubt, context.CancellationToken))).Reply;

        Assert.AreEqual((outcome, outcome == ResolveOutcome.Applied ? 1 : (long?)null), (reply.Outcome, reply.Put?.Revision));
    }

    /// <summary>The next write says that nobody asks for it any more.</summary>
    [TestMethod]
    public async Task Write_ThatEndedInDoubtAndWasFollowedByAnother_IsForgotten()
    {
        var test = new ClientUnderTest();
        test.Cluster.Always = Mishap.AnswerLost;
        test.Cluster.AlwaysFor = "put";
        OutcomeUnknownException doubt = await Assert.ThrowsExactlyAsync<OutcomeUnknownException>(() => test.PutAsync("k"));
        test.Cluster.Always = null;
        await test.PutAsync("another");

        Assert.AreEqual(ResolveOutcome.Forgotten, (await test.EndAsync(() => test.Client.ResolveAsync(doubt, context.CancellationToken))).Reply.Outcome);
    }

    /// <summary>It does no harm twice, so it is repeated as a read is.</summary>
    [TestMethod]
    public async Task Resolve_NotAnswered_IsAskedElsewhere()
    {
        var test = new ClientUnderTest();
        await test.PutAsync("k");
        test.Cluster.BefallNext(Mishap.AnswerLost, Mishap.OutcomeUnknown, Mishap.NoQuorum);

        StoreAnswer<ResolveReply> answer = await test.EndAsync(() => test.Client.ResolveAsync("session-1", 1, context.CancellationToken));

        Assert.AreEqual((4, ResolveOutcome.Applied), (answer.Attempts, answer.Reply.Outcome));
    }
}
