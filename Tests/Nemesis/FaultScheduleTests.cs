using PaxosWcf.Nemesis;

namespace PaxosWcf.Tests.Nemesis;

/// <summary>The schedule of faults: repeated by its seed, and of the shapes that its names promise.</summary>
[TestClass]
public sealed class FaultScheduleTests
{
    private static readonly int[] Replicas = [1, 2, 3, 4, 5];

    [TestMethod]
    public void SameSeed_GivesTheSameFaults_AndAnotherSeedOthers()
    {
        Assert.AreEqual(Text(seed: 7), Text(seed: 7));
        Assert.AreNotEqual(Text(seed: 7), Text(seed: 8));
    }

    [TestMethod]
    public void EachKind_ComesOnceBeforeAnyComesAgain()
    {
        var schedule = new FaultSchedule(1, Replicas, Enum.GetValues<FaultKind>());

        var kinds = schedule.Processes().Take(14).Concat(schedule.Links().Take(7)).Select(step => step.Kind);

        Assert.AreSequenceEqual(Enum.GetValues<FaultKind>(), kinds.Order());
    }

    [TestMethod]
    public void KindsOfOneDisk_BefallOneReplicaAtATime()
    {
        var schedule = new FaultSchedule(1, Replicas, [FaultKind.LostDisk, FaultKind.Replace, FaultKind.Corrupt, FaultKind.SetBack, FaultKind.Members]);

        Assert.IsTrue(schedule.Processes().Take(60).All(step => step.Victims.Count == 1));
    }

    [TestMethod]
    public void KindsLeftOut_DoNotCome()
    {
        var schedule = new FaultSchedule(1, Replicas, [FaultKind.Kill]);

        Assert.IsTrue(schedule.Processes().Take(50).All(step => step.Kind == FaultKind.Kill));
        Assert.IsEmpty(schedule.Links());
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void Ring_EachHearsTwo_NoTwoTheSame(int seed)
    {
        var order = (int[])Replicas.Clone();
        new Random(seed).Shuffle(order);

        var heard = HeardWithout(Partitions.Ring(order));

        Assert.IsTrue(heard.Values.All(who => who.Length == 2));
        Assert.HasCount(5, heard.Select(h => string.Join(' ', h.Value.Append(h.Key).Order())).Distinct().ToList());
    }

    [TestMethod]
    public void Bridge_OnlyTheLastHearsBothHalves()
    {
        var heard = HeardWithout(Partitions.Bridge([5, 4, 3, 2, 1]));

        Assert.AreEqual("1:2,3,4,5 2:1,3 3:1,2 4:1,5 5:1,4", string.Join(
            ' ', heard.Select(h => $"{h.Key}:{string.Join(',', h.Value)}")));
    }

    [TestMethod]
    public void OneWay_CutsOneDirectionOnly()
    {
        var mute = Partitions.OneWay([2, 1, 3], mute: true);
        var deaf = Partitions.OneWay([2, 1, 3], mute: false);

        Assert.AreSequenceEqual([new LostWay(2, 1), new LostWay(2, 3)], mute);
        Assert.AreSequenceEqual([new LostWay(1, 2), new LostWay(3, 2)], deaf);
    }

    [TestMethod]
    [DataRow("", 0)]
    [DataRow("kill, ONEWAY", 2)]
    [DataRow("kil", -1)]
    [DataRow("3", -1)]
    public void Names_AreRead_OrRefused(string text, int count)
    {
        Assert.AreEqual(count >= 0, FaultNames.TryRead(text, out var kinds));
        Assert.HasCount(Math.Max(0, count), kinds);
    }

    private static string Text(int seed)
    {
        var schedule = new FaultSchedule(seed, Replicas, Enum.GetValues<FaultKind>());
        return string.Join('\n', schedule.Processes().Take(40).Concat(schedule.Links().Take(40)));
    }

    private static SortedDictionary<int, int[]> HeardWithout(LostWay[] lost) => new(Replicas.ToDictionary(
        id => id, id => Replicas.Where(other => other != id && !lost.Contains(new LostWay(other, id))).ToArray()));
}
