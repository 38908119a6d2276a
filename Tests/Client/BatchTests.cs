using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Client;

/// <summary>Batches through the client library, and what it refuses before anything is sent.</summary>
[TestClass]
public sealed class BatchTests
{
    public static IEnumerable<object[]> Bad =>
    [
        [Array.Empty<BatchOperation>(), "operations", "A batch has 1..1024 operations; this one has 0."],
        [Many(1025), "operations", "A batch has 1..1024 operations; this one has 1025."],
        [new[] { BatchOperation.Delete("k"), BatchOperation.Put("", []) }, "operations[1].Key", "The key is missing or empty"],
        [new[] { BatchOperation.Delete("k"), null! }, "operations[1]", "An operation is missing."],
        [new[] { BatchOperation.Put("k", null!) }, "operations[0].Value", "A put has no value; an empty one is allowed."],
        [new[] { BatchOperation.Delete("k") with { Value = [] } }, "operations[0].Value", "A delete has a value; it must be left out."],
        [new[] { BatchOperation.Delete("k") with { Kind = (BatchOperationKind)7 } }, "operations[0].Kind", "An operation is neither a put nor a delete."],
    ];

    [TestMethod]
    [DynamicData(nameof(Bad))]
    public async Task Batch_NotAsTheStoreTakesIt_RefusedBeforeAnythingIsSent(BatchOperation[] operations, string field, string reason)
    {
        var client = new ClientUnderTest();

        var thrown = await Assert.ThrowsExactlyAsync<InvalidRequestException>(
            () => client.BatchAsync(operations));

        Assert.AreEqual(field, thrown.Field);
        Assert.StartsWith(reason, thrown.Message);
        Assert.IsEmpty(client.Cluster.Calls);
    }

    [TestMethod]
    public async Task Batch_TooLarge_SaysWhatAndHowMuch()
    {
        var client = new ClientUnderTest();
        byte[] large = new byte[StoreLimits.ValueBytesMax];

        var value = await Assert.ThrowsExactlyAsync<RequestTooLargeException>(() => client.BatchAsync(
            [BatchOperation.Delete("k"), BatchOperation.Put("k", new byte[large.Length + 1])]));
        var all = await Assert.ThrowsExactlyAsync<RequestTooLargeException>(() => client.BatchAsync(
            [BatchOperation.Put("k", large), BatchOperation.Put("", large) with { Key = "l" }]));

        Assert.AreEqual("The operations[1].Value has 1048577 bytes; at most 1048576 are taken.", value.Message);
        Assert.AreEqual("The operations have 2097154 bytes; at most 2097152 are taken.", all.Message);
        Assert.IsEmpty(client.Cluster.Calls);
    }

    [TestMethod]
    public async Task Batch_AnswerLost_RepeatedUnderTheSameIdentityAndAppliedOnce()
    {
        var client = new ClientUnderTest();
        client.Cluster.BefallNext(Mishap.AnswerLost, Mishap.Refused);

        var answer = await client.BatchAsync(Many(StoreLimits.BatchOperationsMax));

        Assert.AreEqual(StoreLimits.BatchOperationsMax, client.Cluster.Revision);
        Assert.AreEqual(3, answer.Attempts);
        Assert.HasCount(1, client.Cluster.Mutations.Select(call => call.Identity!.Sequence).Distinct().ToList());
        Assert.AreSequenceEqual(
            Enumerable.Range(1, StoreLimits.BatchOperationsMax).Select(n => (long)n), answer.Reply.Operations.Select(o => o.Revision));
    }

    private static BatchOperation[] Many(int count) =>
        [.. Enumerable.Range(0, count).Select(n => BatchOperation.Put($"k{n}", [1]))];
}
