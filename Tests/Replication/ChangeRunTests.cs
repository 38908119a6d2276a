using System.Runtime.CompilerServices;
using PaxosWcf.Consensus;
using PaxosWcf.Replication.Changes;

namespace PaxosWcf.Tests.Replication;

/// <summary>Changes in memory: all are there, in order, however many pieces they are kept in, and a view sees neither more nor less of them
/// than there were.</summary>
[TestClass]
public sealed class ChangeRunTests
{
    // Where the runtime begins to take an array for a large object.
    private const int LargeObjectBytes = 85_000;

    private const long First = 1_000_001;

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(16)]
    [DataRow(17)]
    [DataRow(ChangeRun.PieceMax - 1)]
    [DataRow(ChangeRun.PieceMax)]
    [DataRow(ChangeRun.PieceMax + 1)]
    [DataRow((3 * ChangeRun.PieceMax) + 5)]
    public void View_OfSoManyChanges_HasThemFromEachRevisionOn(int count)
    {
        ChangeRun.View view = Of(count).Now;
        Assert.AreEqual(count, view.Count);
        foreach (int skipped in (int[])[0, 1, count / 2, ChangeRun.PieceMax - 1, ChangeRun.PieceMax, ChangeRun.PieceMax + 1, count - 1, count, count + 1])
        {
            long[] expected = [.. Enumerable.Range(0, count).Skip(Math.Max(0, skipped)).Select(n => First + n)];
            Assert.AreSequenceEqual(expected, Revisions(view, First + skipped), $"{skipped} skipped");
        }

        Assert.HasCount(count, Revisions(view, from: 0), "from before the first on");
    }

    [TestMethod]
    public void View_WhenMoreIsAdded_StaysAsItWas()
    {
        var run = new ChangeRun();
        var views = new List<ChangeRun.View>();
        for (var n = 0; n < (2 * ChangeRun.PieceMax) + 2; n++)
        {
            views.Add(run.Now);
            run.Add(Change(n));
        }

        for (var n = 0; n < views.Count; n++)
        {
            Assert.AreEqual(n, views[n].Count);
            Assert.HasCount(n, Revisions(views[n], First));
        }
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(ChangeRun.PieceMax)]
    [DataRow(10 * ChangeRun.PieceMax)]
    public void Pieces_HoweverMany_AreNoLargeObjects(int expected)
    {
        var run = new ChangeRun(expected);
        for (var n = 0; n < 3 * ChangeRun.PieceMax; n++)
        {
            run.Add(Change(n));
        }

        Assert.HasCount(3, run.Now.Pieces);
        foreach (KeyChange[] piece in run.Now.Pieces)
        {
            Assert.IsLessThan(LargeObjectBytes, piece.Length * Unsafe.SizeOf<KeyChange>());
        }
    }

    private static ChangeRun Of(int count)
    {
        var run = new ChangeRun();
        for (var n = 0; n < count; n++)
        {
            run.Add(Change(n));
        }

        return run;
    }

    private static KeyChange Change(int n) => new(First + n, new Slot(n + 1), "k", null);

    private static long[] Revisions(ChangeRun.View view, long from) =>
        [.. view.From(from).SelectMany(piece => piece.ToArray()).Select(change => change.Revision)];
}
