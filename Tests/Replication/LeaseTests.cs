using System.Globalization;
using System.Text;
using PaxosWcf.Consensus;
using PaxosWcf.Contracts;
using PaxosWcf.Replication;
using PaxosWcf.Replication.Backups;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;
using ComparisonKind = PaxosWcf.Replication.KeyValue.ComparisonKind;

namespace PaxosWcf.Tests.Replication;

/// <summary>What becomes of leases in the replicated state, in which there is no time.</summary>
[TestClass]
public sealed class LeaseTests : IDisposable
{
    private readonly MemoryStore _store = new();
    private KeyValueStateMachine _machine;
    private readonly TestContext _test;
    private long _number;

    public LeaseTests(TestContext context) => (_test, _machine) = (context, new KeyValueStateMachine(_store));

    public void Dispose() => _store.Dispose();

    [TestMethod]
    public void Grant_IsNamedAfterItsSlot_AndMakesNoRevision()
    {
        Apply(Put("k", "v"));

        Assert.AreEqual(new LeaseLives(new Slot(2), 1, "2-0-000000000000000a", 60), Apply(new GrantLease(null, 10, 60)));
        Assert.AreEqual(new StateNumbers(new Slot(2), 1, 1), _machine.Numbers);
        Assert.IsEmpty(_machine.ReadLease("2-0-000000000000000a")!.Keys);
    }

    [TestMethod]
    public void End_OfALease_RemovesItsKeysInOrderAndNoOthers()
    {
        var (one, other) = (Grant(), Grant());
        Apply(Leased(one, "b", "a"), Leased(other, "c"), Put("d", "x"));

        var ended = (LeaseEnded)Apply(new RevokeLease(null, one));

        Assert.AreEqual(new LeaseEnded(new Slot(6), 4, 2), ended);
        Assert.AreEqual(6, ended.Revision);
        Assert.AreEqual("c d", Text());
        Assert.AreEqual("5@6 -a 6@6 -b", ChangesFrom(5));
        Assert.IsNull(_machine.ReadLease(one));
        Assert.AreEqual("c", string.Join(' ', _machine.ReadLease(other)!.Keys));
    }

    [TestMethod]
    [DataRow("put")]
    [DataRow("batch")]
    [DataRow("delete")]
    [DataRow("by the other")]
    public void Key_ThatWasWrittenOtherwise_IsTheLeasesNoLonger(string how)
    {
        var (one, other) = (Grant(), Grant());
        Apply(Leased(one, "k", "stays"));
        Apply(how switch
        {
            "put" => Put("k", "v"),
            "batch" => new Batch(null, [new BatchWrite("k", Bytes("v"))]),
            "delete" => new Delete(null, "k"),
            _ => Leased(other, "k"),
        });

        Apply(new RevokeLease(null, one));

        Assert.AreEqual(how == "delete" ? "" : "k", Text());
        Assert.AreEqual(how == "by the other" ? "k" : "", string.Join(' ', _machine.ReadLease(other)!.Keys));
        Apply(new RevokeLease(null, other));
        Assert.AreEqual(how is "put" or "batch" ? "k" : "", Text());
    }

    /// <summary>Put again by the same lease it stays its key, and counts once.</summary>
    [TestMethod]
    public void Key_PutAgainByItsLease_StaysItsKey()
    {
        var lease = Grant();
        Apply(Leased(lease, "k"), Leased(lease, "k", "k"));

        Assert.AreEqual(1, ((LeaseEnded)Apply(new RevokeLease(null, lease))).Keys);
        Assert.AreEqual("", Text());
    }

    [TestMethod]
    public void Expire_OfALeaseRenewedSince_DoesNothing()
    {
        var lease = Grant();
        Apply(Leased(lease, "k"));

        Assert.AreEqual(new LeaseLives(new Slot(3), 1, lease, 60), Apply(new KeepLease(lease)));
        Assert.AreEqual(LeaseRefusal.NotFound, ((LeaseRefused)Apply(new ExpireLease(lease, 0))).Why);
        Assert.AreEqual("k", Text());
        Assert.AreEqual(1, _machine.ReadLease(lease)!.Renewals);
        Assert.AreEqual(new LeaseEnded(new Slot(5), 1, 1), Apply(new ExpireLease(lease, 1)));
        Assert.AreEqual("", Text());
        Assert.AreEqual(new LeaseRefused(new Slot(6), 2, lease, LeaseRefusal.NotFound), Apply(new KeepLease(lease)));
    }

    /// <summary>All of it, or nothing; and a branch that is not applied may name what it likes.</summary>
    [TestMethod]
    public void Write_ByALeaseThatIsOver_ExecutesNothing()
    {
        var lease = Grant();
        Apply(new RevokeLease(null, lease));
        var refused = new LeaseRefused(new Slot(3), 0, lease, LeaseRefusal.NotFound);

        Assert.AreEqual(refused, Apply(new Batch(null, [new BatchWrite("a", Bytes("1")), By(lease, "b")])));
        Assert.AreEqual(refused with { Slot = new Slot(4) }, Apply(new Transact(null, [Missing("a")], [new BatchWrite("a", Bytes("1")), By(lease, "b")], [])));
        Assert.AreEqual(0, _machine.Numbers.Revision);
        Assert.IsInstanceOfType<TransactDone>(Apply(new Transact(null, [Missing("a")], [new BatchWrite("a", Bytes("1"))], [By(lease, "b")])));
    }

    [TestMethod]
    public void Repeat_InItsSession_GetsTheFirstAnswer()
    {
        var session = ((SessionOpened)Apply(new OpenSession(1))).Session;
        KeyValueCommand[] commands =
        [
            new GrantLease(new(session, 1, 0), 7, 60),
            new Batch(new(session, 2, 0), [By("2-0-0000000000000007", "k")]),
            new RevokeLease(new(session, 3, 0), "2-0-0000000000000007"),
            new RevokeLease(new(session, 4, 0), "2-0-0000000000000007"),
            new Batch(new(session, 5, 0), [By("2-0-0000000000000007", "k")]),
        ];
        CommandAnswer[] first = [.. commands.Select(command => Apply(command))];

        Assert.AreEqual(
            "LeaseLives BatchDone LeaseEnded LeaseRefused LeaseRefused", string.Join(' ', first.Select(answer => answer.GetType().Name)));
        Assert.AreSequenceEqual(first, commands.Select(command => Apply(command)));
        Reload();
        Assert.AreSequenceEqual(first, commands.Select(command => Apply(command)));
        Assert.AreEqual(2, _machine.Numbers.Revision);
        Assert.IsEmpty(_machine.ReadLeases("", 10));
    }

    [TestMethod]
    public void Answers_WrittenAndRead_AreTheSame()
    {
        CommandAnswer[] answers =
        [
            new LeaseLives(new(7), 8, "2-0-000000000000000a", 60), new LeaseEnded(new(7), 8, 1024), new LeaseRefused(new(7), 8, "", LeaseRefusal.TooManyLeases),
        ];
        foreach (var answer in answers)
        {
            Assert.AreEqual(answer, CommandAnswer.Decode(answer.Encode()));
        }

        // Kept answers are on disks for ever.
        Assert.AreEqual(
            "010507000000000000000800000000000000" + "0161" + "3c00000000000000", Convert.ToHexStringLower(new LeaseLives(new(7), 8, "a", 60).Encode()));
        Assert.AreEqual("010607000000000000000800000000000000" + "0200000000000000", Convert.ToHexStringLower(new LeaseEnded(new(7), 8, 2).Encode()));
        Assert.AreEqual(
            "010707000000000000000800000000000000" + "0161" + "0300000000000000",
            Convert.ToHexStringLower(new LeaseRefused(new(7), 8, "a", LeaseRefusal.TooManyKeys).Encode()));
    }

    /// <summary>Written before each step, or all at once: what is on disk depends on the state alone.</summary>
    [TestMethod]
    public void Restart_HasTheLeasesAndTheirKeys()
    {
        string[] Steps(bool writes)
        {
            using var store = new MemoryStore();
            var machine = new KeyValueStateMachine(store);
            var number = 0L;
            foreach (var command in new KeyValueCommand[]
            {
                new GrantLease(null, 1, 60), new GrantLease(null, 2, 86_400), new GrantLease(null, 3, 1),
                new Batch(null, [By("1-0-0000000000000001", "a"), By("1-0-0000000000000001", "b"), By("2-0-0000000000000002", "c")]),
                new KeepLease("2-0-0000000000000002"), Put("a", "nobody's"), Leased("3-0-0000000000000003", "b"), new ExpireLease("3-0-0000000000000003", 0),
            })
            {
                machine.Apply(machine.Numbers.AppliedThrough.Next, Value.Of([Command.Create(new CommandId(new(1), 1, ++number), number - 1, command.Encode())]), []);
                if (writes)
                {
                    Write(machine, store);
                }
            }

            Write(machine, store);
            return [.. store.Scan(StoreFamily.Sessions, [], null).Select(record => $"{Convert.ToHexString(record.Key)}={Convert.ToHexString(record.Value)}"),
                .. new KeyValueStateMachine(store).ReadLeases("", 10).Select(lease => $"{lease.Name} {lease.TimeToLiveSeconds} {lease.Renewals} [{string.Join(' ', lease.Keys)}]")];
        }

        Assert.AreSequenceEqual(Steps(writes: false), Steps(writes: true));
        Assert.AreEqual("1-0-0000000000000001 60 0 [], 2-0-0000000000000002 86400 1 [c]", string.Join(", ", Steps(writes: false)[^2..]));
    }

    [TestMethod]
    public void Page_BeginsAtAName_AndHasSoMany()
    {
        string[] names = [.. Enumerable.Range(0, 3).Select(_ => Grant())];

        Assert.AreSequenceEqual(names[1..], _machine.ReadLeases(names[1], 5).Select(lease => lease.Name));
        Assert.AreSequenceEqual(names[..2], _machine.ReadLeases("", 2).Select(lease => lease.Name));
    }

    [TestMethod]
    public void Restore_BeginsWithoutLeasesAndTheirKeys()
    {
        var lease = Grant();
        Apply(Leased(lease, "b", "a"), Put("c", "x"));

        Assert.AreEqual(new RestoreAnswer(RestoreStep.Done, 1, 5), Apply(new BeginRestore(7, Force: true)));
        Assert.AreEqual(new RestoreIsUnderWay(7), Apply(new GrantLease(null, 1, 1)));
        Assert.AreEqual(new RestoreIsUnderWay(7), Apply(new KeepLease(lease)));
        Assert.AreEqual(new RestoreIsUnderWay(7), Apply(new RevokeLease(null, lease)));
        Apply(new RestoreKeys(7, [new RestoredKey("c", null)]), new EndRestore(7, 1, 0));
        Assert.AreEqual(LeaseRefusal.NotFound, ((LeaseRefused)Apply(new KeepLease(lease))).Why);
        Assert.IsEmpty(_machine.ReadLeases("", 10));
    }

    [TestMethod]
    public void Backup_HasNoKeysOfLeases()
    {
        var lease = Grant();
        Apply(Leased(lease, "b", "d"), Put("a", "x"), Put("c", "x"));
        Write(_machine, _store);
        using var reader = new BackupReader(_store);

        Assert.AreEqual("a c", string.Join(' ', reader.Read(0)!.Keys.Select(key => key.Key)));
        Assert.AreEqual((2, 4), (reader.Keys, reader.Numbers.Keys));
    }

    [TestMethod]
    public void Lease_AtItsLimitOfKeys_TakesNoMore()
    {
        var lease = Grant();
        Assert.IsInstanceOfType<BatchDone>(Apply(Leased(lease, [.. Enumerable.Range(0, StateMachineLimits.LeaseKeysMax).Select(Key)])));

        Assert.AreEqual(LeaseRefusal.TooManyKeys, ((LeaseRefused)Apply(Leased(lease, "one more"))).Why);
        Assert.IsInstanceOfType<BatchDone>(Apply(Leased(lease, Key(0), Key(1))), "its own keys again");
        Apply(new Delete(null, Key(0)));
        Assert.IsInstanceOfType<BatchDone>(Apply(Leased(lease, "one more")));
        Assert.AreEqual(StateMachineLimits.LeaseKeysMax, ((LeaseEnded)Apply(new RevokeLease(null, lease))).Keys);
    }

    [TestMethod]
    public void Leases_AtTheLimitOfAllTheirKeys_TakeNoMore()
    {
        var leases = StateMachineLimits.LeasedKeysMax / StateMachineLimits.LeaseKeysMax;
        string[] names = [.. Enumerable.Range(0, leases + 1).Select(_ => Grant())];
        for (var i = 0; i < leases; i++)
        {
            Apply(Leased(names[i], [.. Enumerable.Range(i * StateMachineLimits.LeaseKeysMax, StateMachineLimits.LeaseKeysMax).Select(Key)]));
        }

        Assert.AreEqual(new LeaseRefused(_machine.Numbers.AppliedThrough.Next, StateMachineLimits.LeasedKeysMax, names[^1], LeaseRefusal.TooManyKeysOfAll), Apply(Leased(names[^1], "one more")));
        Assert.IsInstanceOfType<BatchDone>(Apply(Leased(names[^1], Key(0))), "it only changes hands");
        Apply(new RevokeLease(null, names[0]));
        Assert.IsInstanceOfType<BatchDone>(Apply(Leased(names[^1], "one more")));
    }

    [TestMethod]
    public void Leases_AtTheirLimit_AreNotGrantedAnyMore()
    {
        var first = Grant();
        for (var i = 1; i < StateMachineLimits.LeasesMax; i++)
        {
            Grant();
        }

        Assert.AreEqual(LeaseRefusal.TooManyLeases, ((LeaseRefused)Apply(new GrantLease(null, 1, 60))).Why);
        Apply(new RevokeLease(null, first));
        Assert.IsInstanceOfType<LeaseLives>(Apply(new GrantLease(null, 1, 60)));
    }

    [TestMethod]
    [DataRow(StateMachineLimits.LeasesMax, StoreLimits.LeasesMax)]
    [DataRow(StateMachineLimits.LeaseKeysMax, StoreLimits.LeaseKeysMax)]
    [DataRow(StateMachineLimits.LeasedKeysMax, StoreLimits.LeasedKeysMax)]
    [DataRow(StateMachineLimits.LeaseSecondsMax, StoreLimits.LeaseSecondsMax)]
    public void Limits_OfTheStateMachine_AreThoseOfTheDoor(int inside, int atTheDoor) => Assert.AreEqual(atTheDoor, inside);

    /// <summary>The longest that may be made is one that the door takes.</summary>
    [TestMethod]
    public void Name_OfTheHighestNumbers_FitsTheLimit() =>
        Assert.IsLessThanOrEqualTo(StoreLimits.LeaseCharsMax, $"{long.MaxValue:x}-{new ConsensusOptions().BatchCommandsMax:x}-{long.MaxValue:x16}".Length);

    /// <summary>No door lets these through. All replicas skip them alike.</summary>
    [TestMethod]
    [DataRow(0L)]
    [DataRow(-1L)]
    [DataRow(StateMachineLimits.LeaseSecondsMax + 1L)]
    public void Grant_ForATimeBeyondTheLimits_IsSkipped(long seconds)
    {
        Assert.IsNull(KeyValueCommand.Decode(new GrantLease(null, 1, seconds).Encode()));
        Apply(new GrantLease(null, 1, seconds));
        Assert.IsEmpty(_machine.ReadLeases("", 10));
    }

    /// <summary>Whoever reads a lease while a batch is applied has none of its keys, or all.</summary>
    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = true)]
    public async Task Reader_OfAnotherThread_NeverSeesAPart()
    {
        var lease = Grant();
        string[] keys = [.. Enumerable.Range(0, 200).Select(Key)];
        var seen = new int[2];
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_test.CancellationToken);
        var applied = Task.Run(() =>
        {
            for (var round = 0; (round < 200 || seen.Min() == 0) && !over.IsCancellationRequested; round++)
            {
                Apply(Leased(lease, keys), new Batch(null, [.. keys.Select(key => new BatchWrite(key, null))]));
            }
        }, CancellationToken.None);
        try
        {
            while (!applied.IsCompleted)
            {
                var count = _machine.ReadLease(lease)!.Keys.Count;
                Assert.IsTrue(count is 0 or 200, $"{count} keys");
                seen[count / 200]++;
            }
        }
        finally
        {
            await over.CancelAsync();
        }

        await applied;
        Assert.IsGreaterThan(0, seen.Min(), $"{seen[0]} times none, {seen[1]} times all");
    }

    /// <summary>A disk that lost a key of a lease is wrong, and found out; but its replica starts, and can say so.</summary>
    [TestMethod]
    public void Lease_EndedWhereItsKeyIsMissing_LeavesNothingOfItsKeys()
    {
        var lease = Grant();
        Apply(Leased(lease, "k"));
        Reload();
        var writes = new WriteSet();
        writes.Delete(StoreFamily.Keys, "k"u8.ToArray());
        _store.Write(writes, durable: true);
        Reload();

        Assert.AreEqual(0, ((LeaseEnded)Apply(new RevokeLease(null, lease))).Revision - 1);
        Reload();
        Assert.IsEmpty(_store.Scan(StoreFamily.Sessions, [Lease.KeyPrefix], [Lease.KeyPrefix + 1]));
    }

    /// <summary>A replica that has another lease, or another owner of a key, is found out.</summary>
    [TestMethod]
    [DataRow("grant")]
    [DataRow("renew")]
    [DataRow("owner")]
    [DataRow("end")]
    public void Audit_OfWhatBecomesOfLeases_HasAnotherHash(string what)
    {
        Assert.AreNotEqual(Hash([]), Hash([what]));
        Assert.AreEqual(Hash([what]), Hash([what]));

        static long Hash(string[] differently)
        {
            using var store = new MemoryStore();
            var audit = new StateAudit(new Quorum([new ReplicaId(1)]), segmentSlots: 5);
            var machine = new KeyValueStateMachine(GenerationStore.Over(store), audit);
            var number = 0L;
            KeyValueCommand[] commands =
            [
                new GrantLease(null, 1, differently.Contains("grant") ? 61 : 60),
                new GrantLease(null, 2, 60),
                new KeepLease(differently.Contains("renew") ? "2-0-0000000000000002" : "1-0-0000000000000001"),
                Leased(differently.Contains("owner") ? "2-0-0000000000000002" : "1-0-0000000000000001", "k"),
                new ExpireLease("2-0-0000000000000002", differently.Contains("end") ? 1 : 0),
            ];
            foreach (var command in commands)
            {
                machine.Apply(machine.Numbers.AppliedThrough.Next, Value.Of([Command.Create(new CommandId(new(1), 1, ++number), number - 1, command.Encode())]), []);
            }

            return audit.TakeVote()!.Hash;
        }
    }

    [TestMethod]
    public void Store_ThatIsFull_GrantsNoLeaseAndEndsThem()
    {
        var limit = new SizeLimit(100);
        limit.OnMeasured(100);

        Assert.IsFalse(limit.Takes(new GrantLease(null, 1, 1)));
        Assert.IsTrue(limit.Takes(new KeepLease("a")));
        Assert.IsTrue(limit.Takes(new RevokeLease(null, "a")));
    }

    private static string Key(int number) => string.Create(CultureInfo.InvariantCulture, $"k{number}");

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static Put Put(string key, string value) => new(null, key, Bytes(value));

    private static BatchWrite By(string lease, string key) => new(key, Bytes("v")) { Lease = lease };

    private static Batch Leased(string lease, params string[] keys) => new(null, [.. keys.Select(key => By(lease, key))]);

    private static KeyComparison Missing(string key) => new(ComparisonKind.Missing, key, default, 0);

    private static void Write(KeyValueStateMachine machine, MemoryStore store)
    {
        var writes = new WriteSet();
        machine.Seal(writes);
        store.Write(writes, durable: true);
        machine.OnWritten();
    }

    private string Grant() => ((LeaseLives)Apply(new GrantLease(null, 1, 60))).Lease;

    private string Text() => string.Join(' ', _machine.ReadRange(new KeyRange("", "", null), 100, 10_000).Keys.Select(key => key.Key));

    private string ChangesFrom(long revision) => string.Join(' ', ((PaxosWcf.Replication.Changes.ChangesFound)_machine.ReadChanges(
        revision, new PaxosWcf.Replication.Changes.ChangeFilter("", IsPrefix: true), 10, 1000)).Changes.Select(change => $"{change.Revision}@{change.Slot} {(change.Value is null ? "-" : "")}{change.Key}"));

    private void Reload()
    {
        Write(_machine, _store);
        _machine = new KeyValueStateMachine(_store);
    }

    private CommandAnswer Apply(params KeyValueCommand[] commands)
    {
        var answers = new List<AppliedCommand>();
        foreach (var command in commands)
        {
            var id = new CommandId(new ReplicaId(1), 1, ++_number);
            _machine.Apply(_machine.Numbers.AppliedThrough.Next, Value.Of([Command.Create(id, _number - 1, command.Encode())]), answers);
        }

        return answers[^1].Answer;
    }
}
