using System.Text;
using CsCheck;
using PaxosWcf.Consensus;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Tests.Replication;

/// <summary>Several writes as one command.</summary>
[TestClass]
public sealed class BatchTests : IDisposable
{
    private readonly MemoryStore _store = new();
    private readonly KeyValueStateMachine _machine;
    private long _number;

    private readonly TestContext _test;

    public BatchTests(TestContext test) => (_test, _machine) = (test, new KeyValueStateMachine(_store));

    public void Dispose() => _store.Dispose();

    [TestMethod]
    public void Writes_InOrder_EachSeesThoseBeforeIt()
    {
        var answer = Apply(new Batch(null, [Put("a", "1"), Put("a", "2"), Delete("a"), Delete("a"), Put("b", "3"), Put("a", "4")]));

        Assert.AreEqual(
            new BatchDone(new Slot(1), 0, [new(1, false), new(2, true), new(3, true), new(3, false), new(4, false), new(5, false)]),
            answer);
        Assert.AreEqual("4", Text("a"));
        Assert.AreEqual((5, 5, 1), Numbers("a"));
        Assert.AreEqual((4, 4, 1), Numbers("b"));
        Assert.AreEqual(new StateNumbers(new Slot(1), 5, 2), _machine.Numbers);
    }

    /// <summary>Whoever reads while one is applied sees none of its writes, or all.</summary>
    [TestMethod]
    public async Task Reader_OfAnotherThread_NeverSeesAPartOfABatch()
    {
        var cold = Enumerable.Range(0, 200).Select(key => Put($"cold {key}", "x")).ToArray();
        var applied = Task.Run(() =>
        {
            for (var round = 0; round < 300; round++)
            {
                Apply(new Batch(null, [Put("first", $"{round}"), Put("seen by nobody", "x"), .. cold, Delete("seen by nobody"), Put("last", $"{round}")]));
            }
        }, _test.CancellationToken);
        var reads = 0;
        while (!applied.IsCompleted)
        {
            Assert.IsNull(_machine.Find("seen by nobody"));
            var first = Number("first");
            Assert.IsGreaterThanOrEqualTo(first, Number("last"), "what is read later is not older");
            reads++;
        }

        await applied;
        Assert.IsGreaterThan(0, reads);
    }

    [TestMethod]
    public void Repeat_InItsSession_GetsTheFirstAnswerAndChangesNothing()
    {
        var session = ((SessionOpened)Apply(new OpenSession(7))).Session;
        var batch = new Batch(new ClientIdentity(session, 1, 0), [Put("a", "1"), Delete("b")]);
        var first = Apply(batch);
        Apply(new Put(null, "a", "later"u8.ToArray()));

        Assert.AreEqual(first, Apply(batch));
        Assert.AreEqual("later", Text("a"));
        Assert.AreEqual(first, Apply(new Put(batch.Identity, "a", "another"u8.ToArray())), "one identity, one answer, whatever comes under it");

        var reloaded = new KeyValueStateMachine(_store);
        Assert.AreEqual(first, ApplyTo(reloaded, batch));
    }

    /// <summary>A batch is what its writes would be, one command each, but for the slots.</summary>
    [TestMethod]
    public void Batch_AgainstItsWritesOneByOne_SameRevisionsAndRecords() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[-1, 2]).Array[1, 12].Sample(drawn =>
        {
            BatchWrite[] writes = [.. drawn.Select(pair => pair.Item2 < 0 ? Delete($"k{pair.Item1}") : Put($"k{pair.Item1}", $"{pair.Item2}"))];
            using MemoryStore together = new(), apart = new();
            var (one, many) = (new KeyValueStateMachine(together), new KeyValueStateMachine(apart));
            var answer = (BatchDone)ApplyTo(one, new Batch(null, writes), together);
            var singles = writes.Select(write => ApplyTo(many, Single(write), apart) switch
            {
                PutDone put => new BatchWriteDone(put.Revision, put.Replaced),
                DeleteDone delete => new BatchWriteDone(delete.Revision, delete.Found),
                var other => throw new InvalidOperationException($"{other}"),
            });
            return answer.Writes.SequenceEqual(singles)
                && Enumerable.Range(0, 4).All(key => Same(one.Find($"k{key}"), many.Find($"k{key}")));
        });

    [TestMethod]
    public void Answer_WrittenAndRead_IsTheSame()
    {
        CommandAnswer[] answers =
        [
            new BatchDone(new(7), 100, [new(101, true), new(101, false), new(102, true), new(103, false)]),
            new BatchDone(new(9), 5, [new(5, false)]),
            new BatchDone(new(9), 5, []),
        ];
        foreach (var answer in answers)
        {
            Assert.AreEqual(answer, CommandAnswer.Decode(answer.Encode()));
        }
    }

    // What earlier builds wrote must be read for ever: it is in logs and among kept answers.
    [TestMethod]
    public void Bytes_OfEarlierBuilds_AreStillRead()
    {
        Assert.AreEqual(new PutDone(new(7), 8, true), CommandAnswer.Decode(Convert.FromHexString("01010700000000000000080000000000000001")));
        Assert.AreEqual(new DeleteDone(new(9), 10, false), CommandAnswer.Decode(Convert.FromHexString("010209000000000000000a0000000000000000")));
        Assert.AreEqual(
            new Delete(new ClientIdentity("s", 3, 2), "k"),
            KeyValueCommand.Decode(Convert.FromHexString("01030101730300000000000000" + "0200000000000000" + "016b")));
    }

    [TestMethod]
    public void Bytes_OfThisBuild_AreAsTheyAreWritten()
    {
        Assert.AreEqual("01040002" + "01016b0176" + "00016b", Convert.ToHexStringLower(new Batch(null, [Put("k", "v"), Delete("k")]).Encode()));
        Assert.AreEqual(
            "01030700000000000000080000000000000002" + "0203",
            Convert.ToHexStringLower(new BatchDone(new(7), 8, [new(9, false), new(10, true)]).Encode()));
    }

    [TestMethod]
    [DataRow("010400ffffffff07")]
    [DataRow("010400ffffffff0f")]
    [DataRow("01040005")]
    [DataRow("0104000101016bffffffff07")]
    public void Bytes_ThatAnnounceMoreThanThereIs_AreRefused(string hex) =>
        Assert.IsNull(KeyValueCommand.Decode(Convert.FromHexString(hex)));

    private static bool Same(KeyRecord? one, KeyRecord? other) => (one is null && other is null)
        || (one is not null && other is not null && one.Encode().SequenceEqual(other.Encode()));

    private static KeyValueCommand Single(BatchWrite write) =>
        write.Value is { } value ? new Put(null, write.Key, value) : new Delete(null, write.Key);

    private static BatchWrite Put(string key, string value) => new(key, Encoding.UTF8.GetBytes(value));

    private static BatchWrite Delete(string key) => new(key, null);

    private long Number(string key) =>
        _machine.Find(key) is { } record ? long.Parse(Encoding.UTF8.GetString(record.Value.Span), System.Globalization.CultureInfo.InvariantCulture) : -1;

    private string Text(string key) => Encoding.UTF8.GetString(_machine.Find(key)!.Value.Span);

    private (long Created, long Modified, long Version) Numbers(string key) =>
        _machine.Find(key) is { } record ? (record.CreateRevision, record.ModificationRevision, record.Version) : default;

    private CommandAnswer Apply(KeyValueCommand command) => ApplyTo(_machine, command);

    private CommandAnswer ApplyTo(KeyValueStateMachine machine, KeyValueCommand command, MemoryStore? store = null)
    {
        var id = new CommandId(new ReplicaId(1), 1, Interlocked.Increment(ref _number));
        var (writes, answers) = (new WriteSet(), new List<AppliedCommand>());
        machine.Apply(machine.Numbers.AppliedThrough.Next, Value.Of([Command.Create(id, 0, command.Encode())]), answers);
        machine.Seal(writes);
        (store ?? _store).Write(writes, durable: true);
        machine.OnWritten();
        return answers.Single().Answer;
    }
}
