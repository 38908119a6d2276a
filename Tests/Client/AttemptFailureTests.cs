using System.ServiceModel;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Client;

/// <summary>What the failure of an attempt tells about its effect.</summary>
[TestClass]
public sealed class AttemptFailureTests
{
    /// <summary>A load balancer may answer 503 for a replica that died in the middle of a write.</summary>
    [TestMethod]
    public void TooBusy_OnlyTheReplicasOwnWordSaysThatItHadNoEffect()
    {
        Assert.AreEqual(FailureKind.NoEffect, KindOf(new RequestRefusedException("all calls taken")));
        Assert.AreEqual(FailureKind.Unknown, KindOf(new ServerTooBusyException("503")));
    }

    /// <summary>A replica of an earlier build refuses an operation that it does not know before it looks at anything else.</summary>
    [TestMethod]
    public void OperationOfALaterBuild_HadNoEffect() =>
        Assert.AreEqual(FailureKind.NoEffect, KindOf(new ActionNotSupportedException("Transact")));

    private static FailureKind KindOf(Exception thrown) => AttemptFailure.Read(thrown, 1, TimeSpan.FromSeconds(1))!.Kind;
}
