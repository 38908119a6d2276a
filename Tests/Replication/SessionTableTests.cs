using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using PaxosWcf.Consensus;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Tests.Replication;

/// <summary>Sessions keep their answers over restarts, in the records of now and of before.</summary>
[TestClass]
public sealed class SessionTableTests : IDisposable
{
    private readonly MemoryStore _store = new();

    public void Dispose() => _store.Dispose();

    [TestMethod]
    public void Answers_OfManyPages_AreThereAfterARestart()
    {
        var table = new SessionTable(_store);
        table.Open("s");
        foreach (var sequence in Enumerable.Range(1, 300))
        {
            Mutate(table, sequence, acknowledged: 0);
        }

        Write(table);
        Assert.HasCount(1 + 4, Records(), "the session, and its pages but the newest");
        AssertKeeps(new SessionTable(_store), from: 1, through: 300);
    }

    [TestMethod]
    public void Answers_Acknowledged_TakeTheirPagesAlong()
    {
        var table = new SessionTable(_store);
        table.Open("s");
        foreach (var sequence in Enumerable.Range(1, 300))
        {
            Mutate(table, sequence, acknowledged: 0);
        }

        Write(table);
        Mutate(table, 301, acknowledged: 250);
        Write(table);
        Assert.HasCount(1 + 1, Records());
        table = new SessionTable(_store);
        Assert.IsFalse(table.Admit(new ClientIdentity("s", 250, 0), out var answer));
        Assert.AreEqual(new SessionForgotten(), answer);
        AssertKeeps(table, from: 251, through: 301);
    }

    /// <summary>A session keeps up to 1,024, and those of large batches are large: their bytes are all that is kept.</summary>
    [TestMethod]
    public void Answers_AreKeptAsBytes()
    {
        var table = new SessionTable(_store);
        table.Open("s");
        var answer = Keep();

        GC.Collect();

        Assert.IsFalse(answer.TryGetTarget(out _), "the answer itself is let go");
        AssertKeeps(table, from: 1, through: 1);

        [MethodImpl(MethodImplOptions.NoInlining)]
        WeakReference<CommandAnswer> Keep()
        {
            var identity = new ClientIdentity("s", 1, 0);
            table.Admit(identity, out _);
            var kept = AnswerTo(1);
            table.Keep(identity, kept);
            return new WeakReference<CommandAnswer>(kept);
        }
    }

    [TestMethod]
    public void Answers_ThatComeLate_GoToTheirPage()
    {
        var table = new SessionTable(_store);
        table.Open("s");
        Mutate(table, 300, acknowledged: 0);
        Write(table);
        Mutate(table, 2, acknowledged: 0);
        Mutate(table, 1, acknowledged: 0);
        Write(table);
        AssertKeeps(new SessionTable(_store), from: 1, through: 2);
        AssertKeeps(new SessionTable(_store), from: 300, through: 300);
    }

    /// <summary>A page that was never written, or is gone before it is, leaves nothing behind.</summary>
    [TestMethod]
    public void Session_Forgotten_LeavesNoRecord()
    {
        var table = new SessionTable(_store);
        table.Open("s");
        foreach (var sequence in Enumerable.Range(1, 200))
        {
            Mutate(table, sequence, acknowledged: 0);
        }

        Write(table);
        for (var other = 0; other < StateMachineLimits.SessionsMax; other++)
        {
            table.Open($"other {other}");
        }

        Write(table);
        Assert.HasCount(StateMachineLimits.SessionsMax, Records());
    }

    /// <summary>The answers to transactions that compare much and delete much are a hundred times those to puts.</summary>
    [TestMethod]
    public void Answers_OfASession_AreBoundedInBytes()
    {
        var table = new SessionTable(_store);
        table.Open("s");
        var large = new TransactDone(
            new Slot(1), 7, false, [.. Enumerable.Repeat(new BatchWriteDone(7, false), 1024)], [.. Enumerable.Repeat(new KeySeen(5, 1), 64)]);
        var each = large.Encode().Length + StateMachineLimits.AnswerBytesMore;
        var fit = (int)(StateMachineLimits.AnswerBytesPerSessionMax / each);
        Assert.IsLessThan(StateMachineLimits.AnswersPerSessionMax, fit);
        for (var sequence = 1; sequence <= fit; sequence++)
        {
            Keep(table, "s", sequence, large);
        }

        Write(table);
        Assert.IsTrue(IsKept(table, "s", 1));
        table = new SessionTable(_store);
        Keep(table, "s", fit + 1, large);

        Assert.IsFalse(IsKept(table, "s", 1));
        Assert.IsTrue(IsKept(table, "s", 2));
        Assert.IsTrue(IsKept(table, "s", fit + 1));
    }

    /// <summary>All sessions together too, also those that were loaded: the one that was used longest ago goes.</summary>
    [TestMethod]
    public void Answers_OfAllSessions_AreBoundedInBytes()
    {
        var each = AnswerTo(1).Encode().Length + StateMachineLimits.AnswerBytesMore;
        var table = new SessionTable(_store, answerBytesMax: 6 * each);
        foreach (var name in new[] { "a", "b", "c" })
        {
            table.Open(name);
            Keep(table, name, 1, AnswerTo(1));
            Keep(table, name, 2, AnswerTo(2));
        }

        Write(table);
        table = new SessionTable(_store, answerBytesMax: 6 * each);
        Assert.AreEqual(3, table.Count);
        Assert.IsTrue(IsKept(table, "a", 2), "and b is the one that was used longest ago now");
        table.Admit(new ClientIdentity("c", 3, 1), out _);
        Keep(table, "c", 3, AnswerTo(3));
        Assert.AreEqual(3, table.Count, "what is acknowledged makes room");

        Keep(table, "c", 4, AnswerTo(4));

        Assert.AreEqual(2, table.Count);
        Assert.IsFalse(IsKept(table, "b", 1));
        Assert.IsTrue(IsKept(table, "a", 2));
        Write(table);
        Assert.HasCount(2, Records());
    }

    [TestMethod]
    public void Records_OfVersion1_AreReadAndWrittenAnew()
    {
        var writes = new WriteSet();
        writes.Put(StoreFamily.Sessions, Key('s', "s"), [1, .. BitConverter.GetBytes(3L), .. BitConverter.GetBytes(9L)]);
        foreach (var sequence in new[] { 4L, 5L, 70L })
        {
            writes.Put(StoreFamily.Sessions, [.. Key('a', "s"), 0, .. BigEndian(sequence)], AnswerTo(sequence).Encode());
        }

        _store.Write(writes, durable: true);
        var table = new SessionTable(_store);
        AssertKeeps(table, from: 4, through: 5);
        AssertKeeps(table, from: 70, through: 70);
        Write(table);
        Assert.AreSequenceEqual("ps", string.Concat(Records().Select(record => (char)record.Key[0])));
        AssertKeeps(new SessionTable(_store), from: 4, through: 5);
        AssertKeeps(new SessionTable(_store), from: 70, through: 70);
    }

    private static byte[] Key(char kind, string name) => [(byte)kind, .. Encoding.UTF8.GetBytes(name)];

    private static byte[] BigEndian(long number)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return bytes;
    }

    private static void Keep(SessionTable table, string session, long sequence, CommandAnswer answer)
    {
        var identity = new ClientIdentity(session, sequence, 0);
        Assert.IsTrue(table.Admit(identity, out _));
        table.Keep(identity, answer);
    }

    private static bool IsKept(SessionTable table, string session, long sequence)
    {
        Assert.IsFalse(table.Admit(new ClientIdentity(session, sequence, 0), out var answer));
        return answer is not SessionForgotten;
    }

    private static PutDone AnswerTo(long sequence) => new(new Slot(sequence), 100 + sequence, Replaced: sequence % 2 == 0);

    private static void Mutate(SessionTable table, long sequence, long acknowledged)
    {
        var identity = new ClientIdentity("s", sequence, acknowledged);
        Assert.IsTrue(table.Admit(identity, out _));
        table.Keep(identity, AnswerTo(sequence));
    }

    private static void AssertKeeps(SessionTable table, long from, long through)
    {
        for (var sequence = from; sequence <= through; sequence++)
        {
            Assert.IsFalse(table.Admit(new ClientIdentity("s", sequence, 0), out var answer));
            Assert.AreEqual(AnswerTo(sequence), answer);
        }
    }

    private void Write(SessionTable table)
    {
        var writes = new WriteSet();
        table.Write(writes);
        _store.Write(writes, durable: true);
    }

    private List<KeyValuePair<byte[], byte[]>> Records() => [.. _store.Scan(StoreFamily.Sessions, [], until: null)];
}
