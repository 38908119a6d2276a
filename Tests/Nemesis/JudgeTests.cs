using System.Text;
using PaxosWcf.Contracts;
using PaxosWcf.History;
using PaxosWcf.Nemesis;
using PaxosWcf.Tests.History;

namespace PaxosWcf.Tests.Nemesis;

/// <summary>What witnesses were told is held against the history: the truth passes, and each kind of lie is found.</summary>
[TestClass]
public sealed class JudgeTests
{
    // "a" is written, overwritten by somebody who never heard so, deleted, and written again; one write was refused.
    private static readonly RecordedHistory History = HistoryText.Of()
        .Put(0, 10, "a", found: false, slot: 1)
        .Doubtful(11, 20, OperationKind.Put, "b")
        .Delete(21, 30, found: true, slot: 3)
        .Delete(31, 40, found: false, slot: 3)
        .Put(41, 50, "c", found: false, slot: 4)
        .Doubtful(51, 60, OperationKind.Put, "d", phase: CallPhase.Fail)
        .Recorded();

    private static readonly ToldChange[] Truth = [Told(1, "a"), Told(2, "b"), Told(3, null), Told(4, "c")];

    private static readonly TakenBackup Backup = new(
        1, BegunAt: 45, Revision: 4, new Dictionary<string, BackedUpKey> { ["k"] = new(Value("c"), 4, 4, 1) });

    private static readonly SentBatch Batch = new([("a", Value("x")), ("b", Value("y"))]);

    private readonly Judge _judge = new(History.Calls);

    [TestMethod]
    public void Watching_TheTruth_Passes() => Assert.IsEmpty(_judge.OfWatching(Truth, storeRevision: 4));

    [TestMethod]
    [DataRow("", 4L, "told of changes through revision 0, and the store is at 4", DisplayName = "nothing")]
    [DataRow("1a 2b 3", 4L, "through revision 3, and the store is at 4", DisplayName = "the end is left out")]
    [DataRow("1a 3 4c", 4L, "revision 3 after 1", DisplayName = "a change in doubt is left out")]
    [DataRow("1a 2b 4c", 4L, "was acknowledged at revision 3, and whoever watched was told nothing", DisplayName = "an acknowledged one is left out")]
    [DataRow("1a 2b 2b 3 4c", 4L, "revision 2 after 2", DisplayName = "told twice")]
    [DataRow("1a 3 2b 4c", 4L, "revision 3 after 1", DisplayName = "out of order")]
    [DataRow("1a 2x 3 4c", 4L, "0 calls may have done that", DisplayName = "a value that nobody wrote")]
    [DataRow("1a 2b 3 4c 5d", 5L, "0 calls may have done that", DisplayName = "a write that was refused")]
    [DataRow("1a 2b 3 4c 5b", 5L, "told 2 times", DisplayName = "a write that took effect twice")]
    [DataRow("1a 2b 3 4c 5", 5L, "told 2 times", DisplayName = "a delete that took effect twice")]
    [DataRow("1a 2b 3 4", 4L, "was acknowledged at revision 4", DisplayName = "another change")]
    public void Watching_ALie_IsFound(string told, long storeRevision, string finding)
    {
        ToldChange[] changes = [.. told.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(change => Told(change[0] - '0', change.Length > 1 ? change[1..] : null))];

        Assert.Contains(finding, string.Join('\n', _judge.OfWatching(changes, storeRevision)));
    }

    /// <summary>A compare-and-set that did not match wrote nothing, and has the revision of somebody else's write.</summary>
    [TestMethod]
    [DataRow("1a", 1L, "")]
    [DataRow("", 0L, "was acknowledged at revision 1")]
    [DataRow("1a 2b", 2L, "0 calls may have done that")]
    public void Watching_CompareAndSets_ThoseThatMatchedAreTold(string told, long storeRevision, string finding)
    {
        Judge judge = new(HistoryText.Of()
            .Call(10, 20, OperationKind.Cas, CallPhase.Ok, value: "a", found: true, slot: 1)
            .Call(21, 30, OperationKind.Cas, CallPhase.Ok, value: "b", expected: "x", found: false, slot: 1)
            .Recorded().Calls);

        string found = string.Join('\n', judge.OfWatching(
            [.. told.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(change => Told(change[0] - '0', change[1..]))], storeRevision));

        Assert.Contains(finding, found);
        Assert.AreEqual(finding.Length == 0, found.Length == 0, found);
    }

    /// <summary>A batch puts x at a, and then y at b; each change is told as revision/slot, key and value.</summary>
    [TestMethod]
    [DataRow("1/7ax 2/7by", "", DisplayName = "all")]
    [DataRow("1/6bz 2/7ax 3/7by 4/7cz", "", DisplayName = "all, beside others")]
    [DataRow("1/6cz", "", DisplayName = "none")]
    [DataRow("1/7ax 2/8bz", "in part: whoever watched was told of a at revision 1 of slot 7", DisplayName = "the first half")]
    [DataRow("1/7by", "in part: whoever watched was told of b at revision 1 of slot 7", DisplayName = "the second half")]
    [DataRow("1/7ax 2/7cz 3/7by", "not take effect as one step", DisplayName = "a stranger's revision between")]
    [DataRow("1/7by 2/7ax", "not take effect as one step", DisplayName = "in another order")]
    [DataRow("1/7ax 2/8by", "in more slots than one", DisplayName = "in two slots")]
    public void Batch_TakesEffectWholeOrNotAtAll(string told, string finding)
    {
        string found = string.Join('\n', Judge.OfBatches(ToldOfBatch(told), [Batch], []));

        Assert.Contains(finding, found);
        Assert.AreEqual(finding.Length == 0, found.Length == 0, found);
    }

    [TestMethod]
    [DataRow(1L, 0)]
    [DataRow(2L, 1)]
    [DataRow(3L, 0)]
    public void Backup_OfAPartOfABatch_IsFound(long revision, int lies)
    {
        TakenBackup backup = Backup with { Revision = revision };

        Assert.HasCount(lies, Judge.OfBatches(ToldOfBatch("1/6cz 2/7ax 3/7by"), [Batch], [backup]).ToList());
    }

    [TestMethod]
    public void SentBatch_HasEachKeyWithWhatStandsForItsValue()
    {
        var sent = new SentBatches();
        sent.Add([BatchOperation.Put("a", "x"u8.ToArray()), BatchOperation.Put("b", "y"u8.ToArray())]);

        Assert.AreSequenceEqual(Batch.Puts, Assert.ContainsSingle(sent.All).Puts);
    }

    [TestMethod]
    public void Backups_TheTruth_Pass()
    {
        var early = new TakenBackup(2, 15, 2, new Dictionary<string, BackedUpKey> { ["k"] = new(Value("b"), 1, 2, 2) });
        var empty = new TakenBackup(3, 25, 3, new Dictionary<string, BackedUpKey>());

        Assert.IsEmpty(_judge.OfBackups(Truth, [Backup, early, empty]));
    }

    [TestMethod]
    [DataRow("value", DisplayName = "an older value")]
    [DataRow("create", DisplayName = "another create revision")]
    [DataRow("revision", DisplayName = "another revision")]
    [DataRow("version", DisplayName = "another version")]
    [DataRow("lacks", DisplayName = "a key is left out")]
    [DataRow("more", DisplayName = "a key too many")]
    [DataRow("old", DisplayName = "older than a write that was acknowledged before")]
    public void Backup_ALie_IsFound(string lie)
    {
        BackedUpKey key = Backup.Keys["k"];
        TakenBackup told = lie switch
        {
            "value" => With(key with { Value = Value("b") }),
            "create" => With(key with { CreateRevision = 1 }),
            "revision" => With(key with { Revision = 3 }),
            "version" => With(key with { Version = 2 }),
            "lacks" => Backup with { Keys = new Dictionary<string, BackedUpKey>() },
            "more" => Backup with { Keys = new Dictionary<string, BackedUpKey> { ["k"] = key, ["l"] = key } },
            _ => new TakenBackup(1, BegunAt: 55, Revision: 3, new Dictionary<string, BackedUpKey>()),
        };

        Assert.HasCount(1, _judge.OfBackups(Truth, [told]).ToList());
    }

    [TestMethod]
    public async Task Gate_Closed_LetsCallsEndAndHoldsOthersBack()
    {
        var gate = new Gate();
        var ends = new TaskCompletionSource();
        Task under = gate.PassAsync(() => ends.Task);
        Task<IDisposable> closing = gate.CloseAsync();
        Assert.IsFalse(closing.IsCompleted);
        ends.SetResult();
        await under;
        bool called = false;
        Task held;
        using (await closing)
        {
            held = gate.PassAsync(() => Task.FromResult(called = true));
            Assert.IsFalse(called);
        }

        await held;
        Assert.IsTrue(called);
    }

    private static TakenBackup With(BackedUpKey key) => Backup with { Keys = new Dictionary<string, BackedUpKey> { ["k"] = key } };

    private static ToldChange Told(long revision, string? value) => new(revision, revision, "k", value is null ? null : Value(value));

    private static ToldChange[] ToldOfBatch(string told) =>
        [.. told.Split(' ').Select(change => new ToldChange(change[0] - '0', change[2] - '0', change[3..4], Value(change[4..])))];

    private static string Value(string text) => ToldChange.Fingerprint(Encoding.UTF8.GetBytes(text));
}
