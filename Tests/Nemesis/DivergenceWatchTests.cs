using PaxosWcf.Nemesis;

namespace PaxosWcf.Tests.Nemesis;

/// <summary>A replica that finds its state to be wrong is a finding, unless somebody made it so.</summary>
[TestClass]
public sealed class DivergenceWatchTests
{
    private const string Diverged =
        "This replica's state differs from that of a majority: slots 1 to 64 had another effect here. It is fenced, and neither serves nor votes.";

    private readonly SnapshotCount _snapshots = new();
    private readonly Findings _findings = new(_ => { });
    private readonly DivergenceWatch _watch;

    public DivergenceWatchTests() => _watch = new DivergenceWatch(_snapshots, _findings);

    [TestMethod]
    public void Replica_ThatNobodySpoiled_IsFound()
    {
        _watch.Heard(3, "Follows R1 under ballot 7.1");
        Assert.IsEmpty(_findings.All);

        _watch.Heard(3, Diverged);

        Assert.Contains("replica 3", _findings.All.Single());
    }

    [TestMethod]
    public void Replica_ThatWasSpoiled_AndWhoeverFetchedItsState_AreNot()
    {
        _snapshots.Heard(5, "Has installed a snapshot of the state through slot 9");
        using (_watch.Spoil(3, [1, 2, 3, 4, 5]))
        {
            _snapshots.Heard(4, "Has installed a snapshot of the state through slot 70");
            _watch.Heard(3, Diverged);
            _watch.Heard(4, Diverged);
            Assert.IsEmpty(_findings.All);

            _watch.Heard(5, Diverged);
            Assert.HasCount(1, _findings.All, "what it fetched before was right");
            Assert.Contains("replica 5 wrong (replica 3's is, and 4 fetched a state since)", _findings.All.Single());
        }

        _watch.Heard(3, Diverged);
        Assert.HasCount(2, _findings.All);
    }

    /// <summary>Who is to be heard and is not: the sentence may be another one by now, and then nobody would be heard ever again.</summary>
    [TestMethod]
    public async Task Replica_ThatWasSpoiled_MustBeHeardToFindOut()
    {
        using (ExpectedWord first = _watch.Spoil(3, [1, 2, 3, 4, 5]))
        {
            _snapshots.Heard(4, "Has installed a snapshot of the state through slot 70");
            _watch.Heard(4, Diverged);
            _watch.Heard(3, "The state of R3 is wrong.");
            Assert.IsFalse(await first.IsHeardAsync(TimeSpan.Zero));
            _watch.Heard(3, Diverged);
            Assert.IsTrue(await first.IsHeardAsync(TimeSpan.FromMinutes(1)));
        }

        using (ExpectedWord second = _watch.Spoil(4, [1, 2, 3, 4, 5]))
        {
            Assert.IsFalse(await second.IsHeardAsync(TimeSpan.Zero), "of the one before");
            _watch.Heard(4, Diverged);
            Assert.IsTrue(await second.IsHeardAsync(TimeSpan.FromMinutes(1)), "though it may have been wrong before");
        }

        Assert.IsEmpty(_findings.All);
    }
}
