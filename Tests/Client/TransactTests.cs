using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Client;

/// <summary>Transactions and compare-and-set through the client library, and what it refuses before anything is sent.</summary>
[TestClass]
public sealed class TransactTests(TestContext test)
{
    private static readonly BatchOperation[] None = [];

    public static IEnumerable<object?[]> Bad =>
    [
        [Array.Empty<Comparison>(), None, null, "comparisons", "A transaction has 1..64 comparisons; this one has 0."],
        [Enumerable.Repeat(Comparison.Exists("k"), 65).ToArray(), None, null, "comparisons", "A transaction has 1..64 comparisons; this one has 65."],
        [new[] { Comparison.Exists("k"), null! }, None, null, "comparisons[1]", "A comparison is missing."],
        [new[] { Comparison.Exists("") }, None, null, "comparisons[0].Key", "The key is missing or empty"],
        [new[] { Comparison.ValueIs("k", null!) }, None, null, "comparisons[0].Value", "A comparison with a value has none"],
        [new[] { Comparison.Exists("k") with { Value = [] } }, None, null, "comparisons[0].Value", "It must be left out"],
        [new[] { Comparison.Exists("k") with { Number = 1 } }, None, null, "comparisons[0].Number", "It must be left out"],
        [new[] { Comparison.VersionIs("k", 1) with { Number = null } }, None, null, "comparisons[0].Number", "A comparison with a number has none."],
        [new[] { Comparison.VersionIs("k", 1) with { Value = [] } }, None, null, "comparisons[0].Value", "It must be left out"],
        [new[] { Comparison.ModificationRevisionIs("k", -1) }, None, null, "comparisons[0].Number", "What is compared with is -1; 0 or more are taken."],
        [new[] { Comparison.Exists("k") with { Kind = (ComparisonKind)5 } }, None, null, "comparisons[0].Kind", "A comparison is none that the store knows."],
        [new[] { Comparison.Exists("k") }, Many(1025), null, "then", "It has 0..1024 operations; this one has 1025."],
        [new[] { Comparison.Exists("k") }, None, Many(1025), "otherwise", "It has 0..1024 operations; this one has 1025."],
        [new[] { Comparison.Exists("k") }, new[] { BatchOperation.Put("k", null!) }, null, "then[0].Value", "A put has no value"],
        [new[] { Comparison.Exists("k") }, None, new[] { BatchOperation.Delete("k"), BatchOperation.Delete("") }, "otherwise[1].Key", "The key is missing"],
    ];

    [TestMethod]
    [DynamicData(nameof(Bad))]
    public async Task Transact_NotAsTheStoreTakesIt_RefusedBeforeAnythingIsSent(
        Comparison[] comparisons, BatchOperation[] then, BatchOperation[]? otherwise, string field, string reason)
    {
        var client = new ClientUnderTest();

        var thrown = await Assert.ThrowsExactlyAsync<InvalidRequestException>(() => client.TransactAsync(comparisons, then, otherwise));

        Assert.AreEqual(field, thrown.Field);
        Assert.StartsWith(reason, thrown.Message);
        Assert.IsEmpty(client.Cluster.Calls);
    }

    [TestMethod]
    public async Task Transact_TooLarge_SaysWhatAndHowMuch()
    {
        var client = new ClientUnderTest();
        byte[] large = new byte[StoreLimits.ValueBytesMax];
        string key = new('k', StoreLimits.KeyBytesMax);

        async Task RefusedAsync(string sentence, Comparison[] comparisons, BatchOperation[] then, BatchOperation[] otherwise) => Assert.AreEqual(
            sentence,
            (await Assert.ThrowsExactlyAsync<RequestTooLargeException>(() => client.TransactAsync(comparisons, then, otherwise))).Message);

        await RefusedAsync(
            "The comparisons[0].Value has 1048577 bytes; at most 1048576 are taken.", [Comparison.ValueIs("k", new byte[large.Length + 1])], [], []);
        await RefusedAsync(
            "The otherwise[0].Value has 1048577 bytes; at most 1048576 are taken.",
            [Comparison.Exists("k")], [], [BatchOperation.Put("k", new byte[large.Length + 1])]);
        await RefusedAsync(
            "The transaction has 2097155 bytes; at most 2097152 are taken.",
            [Comparison.ValueIs("k", large)], [BatchOperation.Put("k", new byte[large.Length - 1])], [BatchOperation.Put("k", [1])]);
        await RefusedAsync(
            "The keys of the transaction has 1114113 bytes; at most 1114112 are taken.",
            [.. Enumerable.Repeat(Comparison.Exists(key), 64)], [.. Enumerable.Repeat(BatchOperation.Delete(key), 1024)], [BatchOperation.Delete("k")]);
        Assert.IsEmpty(client.Cluster.Calls);
    }

    /// <summary>In doubt it is repeated, and gets the answer of the first time, though what it compared is no more so.</summary>
    [TestMethod]
    public async Task CompareAndSet_AnswerLost_RepeatedUnderTheSameIdentityAndToldThatItHeld()
    {
        var client = new ClientUnderTest();
        client.Cluster.BefallNext(Mishap.AnswerLost, Mishap.Refused);

        var answer = await client.EndAsync(() => client.Client.CompareAndSetAsync("k", expected: null, [1], test.CancellationToken));

        Assert.IsTrue(answer.Reply.Held);
        Assert.AreEqual((1, 3), (answer.Reply.Revision, answer.Attempts));
        Assert.AreEqual(1, client.Cluster.Revision);
        Assert.HasCount(1, client.Cluster.Mutations.Select(call => call.Identity!.Sequence).Distinct().ToList());
    }

    [TestMethod]
    public async Task CompareAndSet_EveryCase_WritesOnlyWhereItHolds()
    {
        var client = new ClientUnderTest();
        async Task<bool> CasAsync(byte[]? expected, byte[]? value) =>
            (await client.EndAsync(() => client.Client.CompareAndSetAsync("k", expected, value, test.CancellationToken))).Reply.Held;

        Assert.IsFalse(await CasAsync([], [1]), "a key that is not there holds no empty value");
        Assert.IsTrue(await CasAsync(null, null));
        Assert.IsTrue(await CasAsync(null, [1]));
        Assert.IsFalse(await CasAsync(null, [2]));
        Assert.IsFalse(await CasAsync([2], null));
        Assert.IsTrue(await CasAsync([1], [3]));
        Assert.IsTrue(await CasAsync([3], null));
        Assert.AreEqual(3, client.Cluster.Revision);
    }

    [TestMethod]
    public async Task Transact_ThatDoesNotHold_TellsWhatWasFoundAndAppliesTheOther()
    {
        var client = new ClientUnderTest();
        await client.PutAsync("k");

        var answer = await client.TransactAsync(
            [Comparison.Missing("k"), Comparison.Missing("l")], [BatchOperation.Put("m", [1])], [BatchOperation.Put("l", [1]), BatchOperation.Delete("m")]);

        Assert.IsFalse(answer.Reply.Held);
        Assert.AreSequenceEqual(
            [
                new ComparedKey { ModificationRevision = 1, Version = 1 },
                new ComparedKey { ModificationRevision = 0, Version = 0 },
            ],
            answer.Reply.Compared);
        Assert.AreSequenceEqual([2L, 2L], answer.Reply.Operations.Select(operation => operation.Revision));
    }

    // Whoever changes his lists afterwards changes nothing of what a repeat sends.
    [TestMethod]
    public async Task Transact_ListsChangedMeanwhile_WhatWasCheckedIsSent()
    {
        var client = new ClientUnderTest();
        List<BatchOperation> then = [BatchOperation.Put("k", [1])];
        client.Cluster.BefallNext(Mishap.Refused);
        client.Cluster.Heard = (_, _) => then.Clear();

        var answer = await client.TransactAsync([Comparison.Missing("k")], then, null);

        Assert.HasCount(1, answer.Reply.Operations);
    }

    private static BatchOperation[] Many(int count) => [.. Enumerable.Range(0, count).Select(n => BatchOperation.Put($"k{n}", [1]))];
}
