using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using PaxosWcf.Contracts;
using PaxosWcf.ReplicaHost.Hosting;

namespace PaxosWcf.Tests.Soap;

/// <summary>What calls may hold together, and that it comes back when they end.</summary>
[TestClass]
public sealed class ByteBudgetTests
{
    [TestMethod]
    public async Task Budget_AtItsLimit_IsFull_AndComesBackWithTheCallThatHadIt()
    {
        var budget = new ByteBudget(100);
        var (first, second) = (new Call(), new Call());

        Assert.IsTrue(budget.TryTake(first.Context, 60));
        Assert.IsTrue(budget.TryTake(first.Context, -5), "no more than it may hold freely");
        Assert.IsFalse(budget.TryTake(second.Context, 41));
        Assert.IsTrue(budget.TryTake(second.Context, 40));
        Assert.AreEqual(100, budget.Used);
        await first.EndAsync();

        Assert.AreEqual(40, budget.Used);
        Assert.IsFalse(budget.TryTake(second.Context, 61));
        Assert.IsTrue(budget.TryTake(second.Context, 60));
        await second.EndAsync();
        Assert.AreEqual(0, budget.Used);
    }

    [TestMethod]
    public async Task Answers_BeyondWhatTheyMayTakeTogether_AreRefusedAsOverloaded()
    {
        var calls = new HttpCallContext(answersBytesMax: 100);
        calls.TakeForAnswer(1000);
        var call = new Call();
        new HttpContextAccessor().HttpContext = call.Context;

        calls.TakeForAnswer(100);
        var refused = Assert.ThrowsExactly<System.ServiceModel.FaultException<OverloadedFault>>(() => calls.TakeForAnswer(1));
        await call.EndAsync();
        calls.TakeForAnswer(1);

        Assert.AreEqual("AnswersBytesMax", refused.Detail.Limit);
    }

    /// <summary>A call whose end a test says.</summary>
    private sealed class Call : HttpResponseFeature
    {
        private readonly List<(Func<object, Task> Then, object State)> _then = [];

        public Call()
        {
            Context = new DefaultHttpContext();
            Context.Features.Set<IHttpResponseFeature>(this);
        }

        public HttpContext Context { get; }

        public override void OnCompleted(Func<object, Task> callback, object state) => _then.Add((callback, state));

        public async Task EndAsync()
        {
            foreach (var (then, state) in _then)
            {
                await then(state);
            }
        }
    }
}
