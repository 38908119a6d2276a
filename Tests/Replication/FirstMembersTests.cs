using PaxosWcf.Consensus;
using PaxosWcf.Replication;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Tests.Replication;

/// <summary>A disk that has voted keeps the list of members that its votes were counted in.</summary>
[TestClass]
public sealed class FirstMembersTests : IDisposable
{
    private static readonly ReplicaId[] Three = [new(1), new(2), new(3)];
    private static readonly ReplicaId[] Five = [.. Three, new(4), new(5)];

    private readonly MemoryStore _store = new();

    public void Dispose() => _store.Dispose();

    [TestMethod]
    public void List_OfADiskThatHasNotVoted_IsTakenAsItIs()
    {
        Assert.IsNull(FirstMembers.Compare(_store, Three));
        Assert.IsNull(FirstMembers.Compare(_store, Five), "nobody has its word yet");
        Promise();

        Assert.AreSequenceEqual(Five, FirstMembers.Compare(_store, Three)!);
    }

    [TestMethod]
    public void List_InAnotherOrder_IsTheSame()
    {
        FirstMembers.Compare(_store, Five);
        Promise();

        Assert.IsNull(FirstMembers.Compare(_store, [.. Five.Reverse()]));
    }

    /// <summary>An earlier build wrote no list.</summary>
    [TestMethod]
    public void List_OfADiskThatHasVotedWithoutOne_IsWritten()
    {
        Promise();

        Assert.IsNull(FirstMembers.Compare(_store, Five));
        Assert.AreSequenceEqual(Five, FirstMembers.Compare(_store, Three)!);
    }

    private void Promise()
    {
        var writes = new WriteSet();
        ReplicaLog.Write(new PersistPromise(new Ballot(1, new ReplicaId(1))), writes);
        _store.Write(writes, durable: true);
    }
}
