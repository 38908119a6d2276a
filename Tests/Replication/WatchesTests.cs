using PaxosWcf.Replication;
using PaxosWcf.Replication.Changes;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Tests.Replication;

/// <summary>Who waits for changes is woken by the first of them, and never left waiting past it.</summary>
[TestClass]
public sealed class WatchesTests
{
    private readonly DriverBench _bench = Leading();

    [TestMethod]
    public void Watch_OfAKey_IsWokenByItsChangeAlone()
    {
        var watch = Watch("b", from: 1);
        Put("a");
        Put("bb");
        Assert.AreEqual("", watch.Heard);
        Put("b");
        Assert.AreEqual("change 3", watch.Heard);
        Put("b");
        Assert.AreEqual("change 3", watch.Heard, "once");
    }

    [TestMethod]
    public void Watches_OfBeginnings_AreWokenByEveryKeyThatBeginsSo()
    {
        var (all, k, key, other) = (Watch("", 1, isPrefix: true), Watch("k", 1, isPrefix: true), Watch("key", 1, isPrefix: true), Watch("o", 1, isPrefix: true));
        Put("k1");
        Assert.AreEqual(("change 1", "change 1", "", ""), (all.Heard, k.Heard, key.Heard, other.Heard));
        _bench.Submit(new Delete(null, "k1"));
        Put("key");
        Assert.AreEqual(("change 3", ""), (key.Heard, other.Heard));
    }

    /// <summary>Read, then wait: what comes between the two is found at once.</summary>
    [TestMethod]
    public void Watch_FromARevisionThatIsThere_LooksAtOnce()
    {
        Put("k");
        Assert.AreEqual("change 1", Watch("k", from: 1).Heard);
        Assert.AreEqual("", Watch("k", from: 2).Heard);
    }

    [TestMethod]
    public void Watch_FromARevisionYetToCome_IsNotWokenBefore()
    {
        var watch = Watch("k", from: 3);
        Put("k");
        Put("k");
        Assert.AreEqual("", watch.Heard);
        Put("k");
        Assert.AreEqual("change 3", watch.Heard);
    }

    /// <summary>Those that wait get out of the way, whatever became of them: the next change finds nobody.</summary>
    [TestMethod]
    public void Watch_GivenUpOrOver_HearsNothingMore()
    {
        var (gone, waits) = (Watch("k", 1), Watch("k", 1, ticks: 3));
        _bench.Run(new WatchGivenUp(gone));
        Put("x");
        _bench.Ticks(2);
        Assert.AreEqual(("", ""), (gone.Heard, waits.Heard));
        _bench.Ticks(1);
        Assert.AreEqual("over 1", waits.Heard, "through the one that it did not want");
        Put("k");
        Assert.AreEqual(("", "over 1"), (gone.Heard, waits.Heard));
        Assert.AreEqual("over 8", Watch("k", 9, ticks: 1, thenTicks: 1).Heard, "a revision that is yet to come stays ahead");
    }

    [TestMethod]
    public void Watches_OneMoreThanMayWait_IsRefused()
    {
        var watches = Enumerable.Range(0, WatchRequested.WatchesMax).Select(i => Watch(i % 2 == 0 ? "k" : $"k{i}", 1, isPrefix: i % 3 == 0)).ToArray();
        Assert.AreEqual("refused Overloaded", Watch("k", 1).Heard);
        Assert.IsTrue(watches.All(watch => watch.Heard.Length == 0));
        _bench.Run(new WatchGivenUp(watches[0]));
        Assert.AreEqual("", Watch("k", 1).Heard);
    }

    /// <summary>A replica that hears no leader cannot tell whether something has come: it does not say that nothing has.</summary>
    [TestMethod]
    public void Watch_WhereNoLeaderIsHeard_IsRefusedWhenItsTimeIsOver()
    {
        var bench = new DriverBench(replicas: 3);
        var watch = new Caller();
        bench.Run(new WatchRequested(new ChangeFilter("k", IsPrefix: false), 1, 2, watch));
        bench.Ticks(2);
        Assert.AreEqual("refused NotExecuted", watch.Heard);
    }

    [TestMethod]
    public void Watch_WhenTheReplicaStops_IsRefused()
    {
        var watch = Watch("k", 1);
        _bench.Driver.Stop();
        Assert.AreEqual("refused NotExecuted", watch.Heard);
    }

    /// <summary>A restore changes keys without telling how: all who wait look for themselves, when it begins and when it ends.</summary>
    [TestMethod]
    public void Watch_WhileABackupIsRestored_LooksForItself()
    {
        Put("k");
        var before = Watch("k", 2);
        _bench.Submit(new BeginRestore(7, Force: true));
        Assert.AreEqual("change 2", before.Heard);
        var meanwhile = Watch("k", 2);
        _bench.Submit(new RestoreKeys(7, [new RestoredKey("k", null)]));
        Assert.AreEqual("change 2", meanwhile.Heard);
        var end = Watch("k", 2);
        _bench.Submit(new EndRestore(7, 1, 0));
        Assert.AreEqual("change 2", end.Heard);
        Assert.AreEqual(new ChangesCompacted(3), _bench.Driver.Machine.ReadChanges(2, new ChangeFilter("k", IsPrefix: false), 1, 1));
    }

    /// <summary>Against a dumb twin: after each change exactly those have been woken that a look at all of them would wake.</summary>
    [TestMethod]
    public void Watches_ManyAtOnce_AreWokenAsADumbTwinWouldHaveIt()
    {
        var random = new Random(5);
        var waiting = new List<(ChangeFilter Filter, long From, Caller Caller)>();
        var revision = 0L;
        var woken = 0;
        for (var step = 0; step < 3000; step++)
        {
            if (random.Next(3) > 0)
            {
                var (filter, from) = (new ChangeFilter(Key(random), random.Next(2) == 0), revision + 1 + random.Next(3));
                waiting.Add((filter, from, Watch(filter.Key, from, filter.IsPrefix, ticks: int.MaxValue)));
                continue;
            }

            var key = Key(random);
            Put(key);
            revision++;
            foreach (var (filter, from, caller) in waiting)
            {
                Assert.AreEqual(from <= revision && filter.Matches(key) ? $"change {revision}" : "", caller.Heard);
            }

            woken += waiting.RemoveAll(watch => watch.Caller.Heard.Length > 0);
        }

        Assert.IsGreaterThan(300, woken);
    }

    private static string Key(Random random) => new('k', random.Next(1, 4));

    private static DriverBench Leading()
    {
        var bench = new DriverBench();
        bench.UntilItLeads();
        return bench;
    }

    private void Put(string key) => _bench.Submit(new Put(null, key, "v"u8.ToArray()));

    private Caller Watch(string key, long from, bool isPrefix = false, int ticks = 1000, int thenTicks = 0)
    {
        var caller = new Caller();
        _bench.Run(new WatchRequested(new ChangeFilter(key, isPrefix), from, ticks, caller));
        _bench.Ticks(thenTicks);
        return caller;
    }

    private sealed class Caller : IWatchCaller
    {
        public string Heard { get; private set; } = "";

        public void OnChange(long revision) => Hear($"change {revision}");

        public void OnOver(long completeThrough) => Hear($"over {completeThrough}");

        public void OnRefused(Refusal refusal) => Hear($"refused {refusal}");

        private void Hear(string what) => Heard = Heard.Length == 0 ? what : throw new AssertFailedException($"{Heard}, and then {what}");
    }
}
