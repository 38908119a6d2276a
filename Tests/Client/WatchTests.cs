using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Client;

/// <summary>A watch goes on, answer after answer, whichever replica gives it.</summary>
[TestClass]
public sealed class WatchTests
{
    [TestMethod]
    public async Task Watch_MoreThanOneAnswerHolds_TellsEachChangeOnceInOrder()
    {
        var test = new ClientUnderTest();
        await PutAsync(test, "a1", "b", "a2", "a1", "b", "a3", "a4");

        IReadOnlyList<KeyChange> changes = await test.WatchAsync(5, "a", isPrefix: true, from: 1);

        Assert.AreSequenceEqual(["1 a1", "3 a2", "4 a1", "6 a3", "7 a4"], changes.Select(c => $"{c.Revision} {c.Key}"));
    }

    [TestMethod]
    [DataRow(Mishap.Refused)]
    [DataRow(Mishap.AnswerLost)]
    [DataRow(Mishap.Silent)]
    [DataRow(Mishap.NoQuorum)]
    [DataRow(Mishap.Overloaded)]
    public async Task Watch_ReplicaFails_AnotherGoesOnWithoutGapOrRepeat(object mishap)
    {
        var test = new ClientUnderTest();
        await PutAsync(test, "k", "k", "k", "k", "k", "k");
        int first = test.Client.CurrentReplica;
        test.Cluster.Heard = (replica, operation) =>
        {
            if (operation.StartsWith("watch from 3", StringComparison.Ordinal) && replica == first)
            {
                test.Cluster.Befall(replica, (Mishap)mishap, (Mishap)mishap);
            }
        };

        IReadOnlyList<KeyChange> changes = await test.WatchAsync(6, "k", from: 1);

        Assert.AreSequenceEqual([1L, 2, 3, 4, 5, 6], changes.Select(c => c.Revision));
        Assert.AreNotEqual(first, test.Client.CurrentReplica);
        Assert.Contains(c => c.Replica != first && c.Operation.StartsWith("watch from 5", StringComparison.Ordinal), test.Cluster.Calls);
    }

    /// <summary>Where the store stands is asked first: or a change between the first answer and the next replica's could be missed.</summary>
    [TestMethod]
    public async Task Watch_FromNowOn_AsksWhereTheStoreStandsAndBeginsAfterThat()
    {
        var test = new ClientUnderTest();
        await PutAsync(test, "k", "k");
        test.Cluster.Heard = (_, operation) =>
        {
            if (operation.StartsWith("watch from 3", StringComparison.Ordinal))
            {
                test.Cluster.Put("k", [9]);
            }
        };

        KeyChange change = (await test.WatchAsync(1, "k")).Single();

        Assert.AreEqual(3, change.Revision);
        Assert.AreSequenceEqual(
            ["watch from 0 for 2500 ms", "watch from 3 for 2500 ms"],
            test.Cluster.Calls.Select(c => c.Operation).Where(operation => operation.StartsWith("watch", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Watch_Compacted_EndsWithTheOldestRevision()
    {
        var test = new ClientUnderTest();
        test.Cluster.BefallNext(Mishap.Compacted);

        var thrown = await Assert.ThrowsExactlyAsync<CompactedException>(() => test.WatchAsync(1, "k", from: 1));

        Assert.AreEqual(7, thrown.OldestRevision);
    }

    [TestMethod]
    public async Task Watch_NobodyAnswers_EndsAtTheDeadlineOfOneCall()
    {
        var test = new ClientUnderTest();
        test.Cluster.Always = Mishap.Refused;

        await Assert.ThrowsExactlyAsync<StoreUnavailableException>(() => test.WatchAsync(1, "k", from: 1));

        Assert.IsGreaterThanOrEqualTo(15, test.Elapsed.TotalSeconds);
    }

    [TestMethod]
    public async Task Watch_NobodyAnswersForLong_GoesOnWhereItWasForWhoWantsThat()
    {
        var test = new ClientUnderTest();
        await PutAsync(test, "k");
        await PutAsync(test, "k");
        test.Cluster.Always = Mishap.Refused;
        int failures = 0;

        IReadOnlyList<KeyChange> changes = await test.WatchAsync(2, "k", from: 1, onUnavailable: failure =>
        {
            test.Cluster.Always = ++failures == 3 ? null : Mishap.Refused;
            return Task.CompletedTask;
        });

        Assert.AreSequenceEqual([1L, 2L], changes.Select(change => change.Revision));
        Assert.AreEqual(3, failures);
        Assert.IsGreaterThanOrEqualTo(45, test.Elapsed.TotalSeconds);
    }

    [TestMethod]
    public async Task Watch_OfNothingThatMayBe_IsRefusedBeforeAnythingIsSent()
    {
        var test = new ClientUnderTest();

        Assert.ThrowsExactly<InvalidRequestException>(() => test.Client.WatchAsync("", cancel: CancellationToken.None));
        Assert.ThrowsExactly<InvalidRequestException>(() => test.Client.WatchAsync(new string('k', 1025), isPrefix: true, cancel: CancellationToken.None));
        Assert.ThrowsExactly<InvalidRequestException>(() => test.Client.WatchAsync("k", fromRevision: -1, cancel: CancellationToken.None));
        await PutAsync(test, "k");
        Assert.HasCount(1, await test.WatchAsync(1, "", isPrefix: true, from: 1), "but all keys may be watched");
    }

    private static async Task PutAsync(ClientUnderTest test, params string[] keys)
    {
        foreach (string key in keys)
        {
            await test.PutAsync(key);
        }
    }
}
