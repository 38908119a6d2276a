using System.Globalization;
using System.Text;
using CsCheck;
using PaxosWcf.Consensus;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Tests.Replication;

/// <summary>Pages of keys, as of one moment each.</summary>
[TestClass]
public sealed class RangeTests(TestContext test) : IDisposable
{
    private static readonly KeyRange All = new("", "", null);

    private readonly MemoryStore _store = new();
    private long _number;

    public void Dispose() => _store.Dispose();

    [TestMethod]
    [DataRow("", "", null, "a ab abc b c")]
    [DataRow("a", "", null, "a ab abc")]
    [DataRow("ab", "", null, "ab abc")]
    [DataRow("", "ab", null, "ab abc b c")]
    [DataRow("", "ab", "b", "ab abc", DisplayName = "until is not among them")]
    [DataRow("", "aa", "abc", "ab")]
    [DataRow("a", "abb", "z", "abc")]
    [DataRow("a", "", "ab", "a")]
    [DataRow("b", "a", "c", "b")]
    [DataRow("", "c", "a", "")]
    [DataRow("a", "b", null, "")]
    public void Range_OfABeginningOrBetweenTwoKeys_HasThose(string prefix, string from, string? until, string keys)
    {
        var machine = new KeyValueStateMachine(_store);
        Apply(machine, new Batch(null, [Put("c", "1"), Put("abc", "1"), Put("a", "1")]), writes: true);
        Apply(machine, new Batch(null, [Put("ab", "1"), Put("b", "1")]), writes: false);

        Assert.AreEqual(keys, Text(machine.ReadRange(new KeyRange(prefix, from, until), 10, 1000)));
    }

    /// <summary>Characters beyond U+FFFF come last by bytes, and before U+E000 by the characters of C#.</summary>
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Order_IsThatOfTheBytes(bool writes)
    {
        var machine = new KeyValueStateMachine(_store);
        string[] keys = ["z", "é", "\uFB00", "\U0001F40E"];
        Apply(machine, new Batch(null, [.. keys.Reverse().Select(key => Put(key, "1"))]), writes);

        Assert.AreEqual(string.Join(' ', keys), Text(machine.ReadRange(All, 10, 1000)));
        Assert.AreEqual("\U0001F40E", Text(machine.ReadRange(new KeyRange("", "\uFB01", null), 10, 1000)));
        Assert.AreEqual("\U0001F40E", Text(machine.ReadRange(new KeyRange("\U0001F40E", "", null), 10, 1000)));
    }

    [TestMethod]
    public void Page_EndsWithItsKeysOrItsBytes_AndSaysFromWhereToGoOn()
    {
        var machine = new KeyValueStateMachine(_store);
        Apply(machine, new Batch(null, [Put("a", "123"), Put("b", "123"), Put("c", "12345678"), Put("d", "1")]), writes: true);

        Assert.AreEqual("a b >c", Paged(machine.ReadRange(All, 2, 1000)));
        Assert.AreEqual("a b >c", Paged(machine.ReadRange(All, 10, 8)), "four bytes each, and nine more");
        Assert.AreEqual("a >b", Paged(machine.ReadRange(All, 10, 7)));
        Assert.AreEqual("c >d", Paged(machine.ReadRange(new KeyRange("", "c", null), 10, 1)), "one at least");
        Assert.AreEqual("c d", Paged(machine.ReadRange(new KeyRange("", "c", null), 2, 1000)), "nothing is left");
    }

    /// <summary>Pages follow one another over what is in the store, what is not yet, and what is deleted there and not yet gone.</summary>
    [TestMethod]
    public void Pages_AgainstADumbTwin_SameKeysAndRecords() => Gen.Select(
        Gen.Select(Gen.Int[0, 9], Gen.Int[-1, 3], Gen.Bool).Array[1, 30], Gen.Int[1, 4], Gen.Int[0, 9], Gen.Int[0, 9]).Sample((writes, keysMax, from, until) =>
        {
            using var store = new MemoryStore();
            var machine = new KeyValueStateMachine(store);
            var twin = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var (key, value, seals) in writes)
            {
                Apply(machine, value < 0 ? new Delete(null, $"k{key}") : new Put(null, $"k{key}", Encoding.UTF8.GetBytes($"{value}")), seals, store);
                _ = value < 0 ? twin.Remove($"k{key}") : (twin[$"k{key}"] = $"{value}").Length > 0;
            }

            var range = new KeyRange("k", $"k{from}", $"k{until}");
            var read = new List<string>();
            for (string? next = range.From; next is not null;)
            {
                var page = machine.ReadRange(range with { From = next }, keysMax, 1000);
                read.AddRange(page.Keys.Select(key => $"{key.Key}={Encoding.UTF8.GetString(key.Value.Value.Span)}"));
                next = page.Next;
            }

            return read.SequenceEqual(twin
                .Where(pair => string.CompareOrdinal(pair.Key, $"k{from}") >= 0 && string.CompareOrdinal(pair.Key, $"k{until}") < 0)
                .Select(pair => $"{pair.Key}={pair.Value}"));
        });

    /// <summary>Each page is the store of one slot, whatever is applied and written meanwhile: all keys have the number of the slot.</summary>
    [TestMethod]
    public async Task Page_ReadWhileOthersWrite_IsOfOneSlot()
    {
        var machine = new KeyValueStateMachine(_store);
        string[] keys = [.. Enumerable.Range(0, 40).Select(key => string.Create(CultureInfo.InvariantCulture, $"k{key:d2}"))];
        var applied = Task.Run(() =>
        {
            for (var slot = 1; slot <= 600; slot++)
            {
                var value = slot.ToString(CultureInfo.InvariantCulture);
                var commands = keys.Select(key => Command.Create(
                    new CommandId(new ReplicaId(1), 1, Interlocked.Increment(ref _number)), 0, new Put(null, key, Encoding.UTF8.GetBytes(value)).Encode()));
                Apply(machine, Value.Of([.. commands]), writes: slot % 3 == 0);
            }
        }, test.CancellationToken);
        var pages = 0;
        while (!applied.IsCompleted)
        {
            var page = machine.ReadRange(All, 100, 100_000);
            var slots = page.Keys.Select(key => Encoding.UTF8.GetString(key.Value.Value.Span)).Distinct().ToArray();
            Assert.IsLessThanOrEqualTo(1, slots.Length, string.Join(' ', slots));
            Assert.AreEqual(page.Keys.Count == 0 ? "0" : slots[0], $"{page.Numbers.AppliedThrough}");
            Assert.AreEqual(page.Keys.Count == 0 ? 0 : page.Keys[^1].Value.ModificationRevision, page.Numbers.Revision);
            pages++;
        }

        await applied;
        Assert.IsGreaterThan(0, pages);
    }

    private static string Text(RangeRead read) => string.Join(' ', read.Keys.Select(key => key.Key));

    private static string Paged(RangeRead read) => Text(read) + (read.Next is null ? "" : $" >{read.Next}");

    private static BatchWrite Put(string key, string value) => new(key, Encoding.UTF8.GetBytes(value));

    private void Apply(KeyValueStateMachine machine, KeyValueCommand command, bool writes, MemoryStore? store = null) => Apply(
        machine,
        Value.Of([Command.Create(new CommandId(new ReplicaId(1), 1, Interlocked.Increment(ref _number)), 0, command.Encode())]),
        writes, store);

    private void Apply(KeyValueStateMachine machine, Value value, bool writes, MemoryStore? store = null)
    {
        machine.Apply(machine.Numbers.AppliedThrough.Next, value, []);
        if (writes)
        {
            var sealedWrites = new WriteSet();
            machine.Seal(sealedWrites);
            (store ?? _store).Write(sealedWrites, durable: true);
            machine.OnWritten();
        }
    }
}
