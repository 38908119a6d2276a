using CsCheck;
using PaxosWcf.Consensus;
using PaxosWcf.Replication.KeyValue;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Tests.Replication;

/// <summary>A command that is chosen twice is applied once.</summary>
[TestClass]
public sealed class OriginTableTests
{
    private readonly OriginTable _table = new(new MemoryStore());

    [TestMethod]
    public void Command_SecondTime_NotAdmitted()
    {
        Assert.IsTrue(Admit(number: 1));
        Assert.IsFalse(Admit(number: 1));
    }

    [TestMethod]
    public void Command_OfAnotherReplicaOrBoot_IsAnother()
    {
        Assert.IsTrue(Admit(number: 1));
        Assert.IsTrue(Admit(number: 1, origin: 2));
        Assert.IsTrue(Admit(number: 1, boot: 2));
    }

    [TestMethod]
    public void Command_OfAnEarlierBoot_NotAdmitted()
    {
        Assert.IsTrue(Admit(number: 1, boot: 2));
        Assert.IsFalse(Admit(number: 2, boot: 1));
    }

    [TestMethod]
    public void Commands_OutOfOrder_AllAdmittedOnce()
    {
        Assert.IsTrue(Admit(number: 3));
        Assert.IsTrue(Admit(number: 1));
        Assert.IsTrue(Admit(number: 2));
        Assert.IsFalse(Admit(number: 1));
    }

    [TestMethod]
    public void Command_ThatItsOriginHasFinished_NotAdmitted()
    {
        Assert.IsTrue(Admit(number: 5, finished: 3));
        Assert.IsFalse(Admit(number: 3));
        Assert.IsTrue(Admit(number: 4));
    }

    [TestMethod]
    public void Numbers_AtMax_TheLowestCountsAsFinished()
    {
        for (var number = 2L; number <= StateMachineLimits.NumbersPerOriginMax + 1; number++)
        {
            Assert.IsTrue(Admit(number));
        }

        Assert.IsTrue(Admit(StateMachineLimits.NumbersPerOriginMax + 2));
        Assert.IsFalse(Admit(number: 1), "it is below a number that is forgotten");
    }

    /// <summary>Against a twin that keeps everything, over reloads.</summary>
    [TestMethod]
    public void Table_AgainstATwinThatForgetsNothing_AlwaysAgrees() =>
        Gen.Select(Gen.Int[1, 2], Gen.Int[1, 3], Gen.Int[1, 9], Gen.Int[0, 6]).List[0, 40].Sample(commands =>
        {
            var store = new MemoryStore();
            var seen = new HashSet<(int, int, int)>();
            foreach (var (origin, boot, number, finished) in commands)
            {
                var table = new OriginTable(store);
                var mayBeNew = seen.Add((origin, boot, number));
                var admitted = table.Admit(Command(origin, boot, number, finished));
                Assert.IsFalse(admitted && !mayBeNew, "admitted twice");
                var writes = new WriteSet();
                table.Write(writes);
                store.Write(writes, durable: true);
            }
        });

    [TestMethod]
    public void Record_OfVersion1_IsReadAndWrittenAnew()
    {
        var store = new MemoryStore();
        byte[] key = [(byte)'o', 0, 0, 0, 1];
        byte[] old = [1, .. Long(1), .. Long(10), .. Long(12), .. Long(13), .. Long(20)];
        store.Write(With(key, old), durable: true);
        var table = new OriginTable(store);
        Assert.IsFalse(table.Admit(Command(1, 1, 13, 0)));
        Assert.IsTrue(table.Admit(Command(1, 1, 11, 0)));
        var writes = new WriteSet();
        table.Write(writes);
        Assert.AreSequenceEqual(
            (byte[])[2, .. Long(1), .. Long(10), .. Long(11), .. Long(13), .. Long(20), .. Long(20)], writes.Writes.Single().Value!);

        writes.Clear();
        new OriginTable(store).Write(writes);
        Assert.AreEqual(1, writes.Count, "an old record is written anew even if nothing came");
    }

    /// <summary>Against a twin that keeps each number for itself.</summary>
    [TestMethod]
    public void Runs_AgainstATwinOfSingleNumbers_HoldTheSame() =>
        Gen.Select(Gen.Int[1, 20], Gen.Bool).List[0, 60].Sample(steps =>
        {
            var (runs, twin) = (new NumberRuns(), new SortedSet<long>());
            foreach (var (number, removes) in steps)
            {
                if (removes && number < 8)
                {
                    runs.RemoveThrough(number);
                    twin.RemoveWhere(held => held <= number);
                }
                else
                {
                    Assert.AreEqual(twin.Add(number), runs.Add(number));
                }

                Assert.AreEqual(twin.Count, runs.Count);
                var held = runs.Runs.SelectMany(run => Enumerable.Range(0, (int)run.Length).Select(i => run.From + i));
                Assert.AreSequenceEqual(twin, held);
                Assert.IsTrue(runs.Runs.Zip(runs.Runs.Skip(1)).All(pair => pair.First.Through + 1 < pair.Second.From));
            }
        });

    private static byte[] Long(long number) => BitConverter.GetBytes(number);

    private static WriteSet With(byte[] key, byte[] record)
    {
        var writes = new WriteSet();
        writes.Put(StoreFamily.Sessions, key, record);
        return writes;
    }

    private static Command Command(int origin, long boot, long number, long finished) =>
        PaxosWcf.Consensus.Command.Create(new CommandId(new ReplicaId(origin), boot, number), finished, []);

    private bool Admit(long number, int origin = 1, long boot = 1, long finished = 0) =>
        _table.Admit(Command(origin, boot, number, finished));
}
