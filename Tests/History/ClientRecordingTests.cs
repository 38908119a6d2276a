using System.Text;
using PaxosWcf.Client;
using PaxosWcf.Contracts;
using PaxosWcf.History;
using PaxosWcf.Tests.Client;

namespace PaxosWcf.Tests.History;

/// <summary>What the client library says of its calls.</summary>
[TestClass]
public sealed class ClientRecordingTests(TestContext test) : IDisposable
{
    private static readonly byte[] Value = "v"u8.ToArray();

    // Long enough for a slow machine to make its first attempt, short enough to wait for.
    private static readonly TimeSpan GivesUpSoon = TimeSpan.FromSeconds(2);

    private readonly MemoryStream _stream = new();

    private FakeCluster Cluster { get; } = new();

    public void Dispose() => _stream.Dispose();

    [TestMethod]
    public async Task Calls_Answered_AreRecordedWithAnswerNodeAndPosition()
    {
        var history = await RecordedAsync(async client =>
        {
            await client.GetAsync("k", cancel: test.CancellationToken);
            await client.PutAsync("k", [0xff], test.CancellationToken);
            await client.GetAsync("k", cancel: test.CancellationToken);
            await client.DeleteAsync("k", test.CancellationToken);
        });

        Assert.AreEqual("get → nothing, put \"hex:ff\": created, get → \"hex:ff\", delete: deleted", string.Join(", ", history.Calls));
        Assert.IsTrue(history.Calls.All(c => c.Node is { Length: 1 }));
        Assert.AreEqual((1, 2), (history.Calls[1].Slot, history.Calls[3].Slot));
        Assert.AreEqual(Verdict.Ok, HistoryText.Verify(history, slots: true).Verdict);
    }

    [TestMethod]
    public async Task Batch_Answered_IsRecordedAsACallForEachOfItsWrites()
    {
        var history = await RecordedAsync(async client =>
        {
            await client.BatchAsync(
                [BatchOperation.Put("k", Value), BatchOperation.Put("k", [0xff]), BatchOperation.Delete("l")], test.CancellationToken);
            await client.GetAsync("k", cancel: test.CancellationToken);
        });

        Assert.HasCount(4, history.Calls);
        Assert.HasCount(3, history.Calls.Take(3).Select(call => call.Process).Distinct().ToList());
        Assert.AreSequenceEqual([1L, 2L, 2L], history.Calls.Take(3).Select(call => call.Slot!.Value));
        Assert.AreEqual(Verdict.Ok, HistoryText.Verify(history, slots: true).Verdict);
    }

    [TestMethod]
    [DataRow(nameof(Mishap.NoQuorum), CallPhase.Fail)]
    [DataRow(nameof(Mishap.AnswerLost), CallPhase.Info)]
    public async Task Batch_ThatFails_EndsAllItsCallsAlike(string mishap, CallPhase phase)
    {
        Cluster.Always = Enum.Parse<Mishap>(mishap);
        Cluster.AlwaysFor = "batch";

        var history = await RecordedAsync(client => Assert.ThrowsAsync<PaxosClientException>(
            () => client.BatchAsync([BatchOperation.Put("k", Value), BatchOperation.Delete("l")], test.CancellationToken)), GivesUpSoon);

        Assert.HasCount(2, history.Calls);
        Assert.IsTrue(history.Calls.All(call => call.Outcome == phase));
    }

    [TestMethod]
    public async Task CompareAndSet_Answered_IsRecordedAsOneWhetherItMatchedOrNot()
    {
        var history = await RecordedAsync(async client =>
        {
            await client.CompareAndSetAsync("k", null, null, test.CancellationToken);
            await client.CompareAndSetAsync("k", null, Value, test.CancellationToken);
            await client.CompareAndSetAsync("k", [0xff], Value, test.CancellationToken);
            await client.CompareAndSetAsync("k", Value, [0xff], test.CancellationToken);
            await client.TransactAsync([Comparison.ValueIs("k", [0xff])], [BatchOperation.Delete("k")], [], test.CancellationToken);
            await client.GetAsync("k", cancel: test.CancellationToken);
        });

        Assert.AreEqual(
            "cas nothing to nothing: matched, cas nothing to \"v\": matched, cas \"hex:ff\" to \"v\": did not match, "
            + "cas \"v\" to \"hex:ff\": matched, cas \"hex:ff\" to nothing: matched, get → nothing",
            string.Join(", ", history.Calls));
        Assert.AreSequenceEqual([null, 1L, 1L, 2L, 3L], history.Calls.Take(5).Select(call => call.Slot));
        Assert.AreEqual(Verdict.Ok, HistoryText.Verify(history, slots: true).Verdict);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task Transaction_OfAnotherKind_IsRecordedAsItsWrites_AndThoseNotAppliedHadNoEffect(bool holds)
    {
        var history = await RecordedAsync(async client =>
        {
            await client.TransactAsync(
                [holds ? Comparison.Missing("k") : Comparison.Exists("k"), Comparison.VersionIs("l", 0)],
                [BatchOperation.Put("k", Value), BatchOperation.Delete("l")], [BatchOperation.Put("k", [0xff])], test.CancellationToken);
            await client.GetAsync("k", cancel: test.CancellationToken);
        });

        Assert.AreEqual(
            holds
                ? "put \"v\": created, delete: nothing to delete, put \"hex:ff\": failed, get → \"v\""
                : "put \"v\": failed, delete: failed, put \"hex:ff\": created, get → \"hex:ff\"",
            string.Join(", ", history.Calls));
        Assert.AreEqual(Verdict.Ok, HistoryText.Verify(history, slots: true).Verdict);
    }

    [TestMethod]
    [DataRow(nameof(Mishap.NoQuorum), CallPhase.Fail)]
    [DataRow(nameof(Mishap.AnswerLost), CallPhase.Info)]
    public async Task Transaction_ThatFails_EndsAllItsCallsAlike(string mishap, CallPhase phase)
    {
        Cluster.Always = Enum.Parse<Mishap>(mishap);
        Cluster.AlwaysFor = "transact";

        var history = await RecordedAsync(async client =>
        {
            await Assert.ThrowsAsync<PaxosClientException>(() => client.TransactAsync(
                [Comparison.VersionIs("k", 0)], [BatchOperation.Put("k", Value)], [BatchOperation.Delete("k")], test.CancellationToken));
            await Assert.ThrowsAsync<PaxosClientException>(() => client.CompareAndSetAsync("k", null, Value, test.CancellationToken));
        }, GivesUpSoon);

        Assert.HasCount(3, history.Calls);
        Assert.IsTrue(history.Calls.All(call => call.Outcome == phase));
    }

    [TestMethod]
    [DataRow(nameof(Mishap.Refused), CallPhase.Fail)]
    [DataRow(nameof(Mishap.NoQuorum), CallPhase.Fail)]
    [DataRow(nameof(Mishap.StorageFull), CallPhase.Fail)]
    [DataRow(nameof(Mishap.Silent), CallPhase.Info)]
    [DataRow(nameof(Mishap.AnswerLost), CallPhase.Info)]
    [DataRow(nameof(Mishap.OutcomeUnknown), CallPhase.Info)]
    public async Task Put_ThatFails_IsAFailureOnlyWhereItCertainlyHadNoEffect(string mishap, CallPhase phase)
    {
        Cluster.Always = Enum.Parse<Mishap>(mishap);
        Cluster.AlwaysFor = "put";

        var history = await RecordedAsync(client =>
            Assert.ThrowsAsync<PaxosClientException>(() => client.PutAsync("k", Value, test.CancellationToken)), GivesUpSoon);

        Assert.AreEqual(phase, history.Calls.Single().Outcome);
    }

    [TestMethod]
    public async Task Put_RepeatedWithinOneCall_IsOneCall()
    {
        Cluster.BefallNext(Mishap.AnswerLost, Mishap.Refused, Mishap.NoQuorum);

        var history = await RecordedAsync(client => client.PutAsync("k", Value, test.CancellationToken));

        Assert.AreEqual(CallPhase.Ok, history.Calls.Single().Outcome);
    }

    [TestMethod]
    public async Task Call_Cancelled_IsIndeterminate()
    {
        Cluster.Always = Mishap.Silent;
        Cluster.AlwaysFor = "put";
        using var cancel = new CancellationTokenSource();
        Cluster.Heard = (_, operation) => (operation.StartsWith("put", StringComparison.Ordinal) ? cancel : null)?.Cancel();

        var history = await RecordedAsync(client =>
            Assert.ThrowsAsync<OperationCanceledException>(() => client.PutAsync("k", Value, cancel.Token)));

        Assert.AreEqual(CallPhase.Info, history.Calls.Single().Outcome);
    }

    [TestMethod]
    public async Task CallsThatPromiseNoNewestValue_AreNotRecorded()
    {
        var history = await RecordedAsync(async client =>
        {
            await client.GetAsync("k", ReadConsistency.Serializable, test.CancellationToken);
            await client.ContainsKeyAsync("k", cancel: test.CancellationToken);
            await Assert.ThrowsAsync<InvalidRequestException>(() => client.GetAsync("", cancel: test.CancellationToken));
        });

        Assert.IsEmpty(history.Calls);
    }

    private async Task<RecordedHistory> RecordedAsync(Func<PaxosKeyValueClient, Task> act, TimeSpan? operationTimeout = null)
    {
        using (var recorder = new HistoryRecorder(_stream))
        {
            var options = FakeCluster.Options() with { History = recorder, OperationTimeout = operationTimeout ?? TimeSpan.FromSeconds(60) };
            await using var client = new PaxosKeyValueClient(options, Cluster, TimeProvider.System, new Random(1));
            await act(client);
        }

        return HistoryText.Parse(Encoding.UTF8.GetString(_stream.ToArray()));
    }
}
