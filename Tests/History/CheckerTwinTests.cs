using CsCheck;
using PaxosWcf.History;

namespace PaxosWcf.Tests.History;

/// <summary>The clever checker against the dumb one, and against histories whose order is known.</summary>
[TestClass]
public sealed class CheckerTwinTests
{
    [TestMethod]
    public void Verify_HistoriesOfALinearizableStore_AlwaysOk()
    {
        Gen.Select(Gen.Int, Gen.Int[1, 200], Gen.Int[0, 6], Gen.Int[1, 20]).Sample(
            (seed, calls, values, open) =>
            {
                var lines = RandomHistory.Legal(new Random(seed), calls, values, open);
                return HistoryText.Verify(RandomHistory.Recorded(lines)).Verdict == Verdict.Ok;
            },
            iter: 2000);
    }

    /// <summary>On the way back an operation lost its bit to a later one that shared it, and the search took a new configuration for one
    /// that it had been in: rarely, a legal history was called illegal.</summary>
    [TestMethod]
    [DataRow(-63156, 99, 6, 12)]
    public void Verify_HistoryThatWasOnceCalledIllegal_IsOk(int seed, int calls, int values, int open)
    {
        var lines = RandomHistory.Legal(new Random(seed), calls, values, open);

        Assert.AreEqual(Verdict.Ok, HistoryText.Verify(RandomHistory.Recorded(lines)).Verdict);
    }

    [TestMethod]
    public void Verify_SmallHistoriesWithLies_SaysWhatEveryOrderSays()
    {
        int legal = 0;
        int illegal = 0;
        Gen.Select(Gen.Int, Gen.Int[1, 8], Gen.Int[0, 3], Gen.Int[1, 12], Gen.Int[0, 4]).Sample(
            (seed, calls, values, open, lies) =>
            {
                var random = new Random(seed);
                var lines = RandomHistory.Legal(random, calls, values, open);
                for (int i = 0; i < lies; i++)
                {
                    RandomHistory.Lie(random, lines);
                }

                var history = RandomHistory.Recorded(lines);
                bool expected = BruteForceChecker.IsLinearizable(history.Calls);
                Interlocked.Increment(ref expected ? ref legal : ref illegal);
                return HistoryText.Verify(history).Verdict == (expected ? Verdict.Ok : Verdict.Illegal);
            },
            iter: 20_000);

        Assert.IsGreaterThan(1000, legal);
        Assert.IsGreaterThan(1000, illegal);
    }

    [TestMethod]
    public void Witness_OfAnIllegalHistory_IsIllegalByItself()
    {
        int illegal = 0;
        Gen.Select(Gen.Int, Gen.Int[1, 40], Gen.Int[0, 3]).Sample(
            (seed, calls, values) =>
            {
                var random = new Random(seed);
                var lines = RandomHistory.Legal(random, calls, values, 6);
                RandomHistory.Lie(random, lines);
                var found = HistoryText.Verify(RandomHistory.Recorded(lines));
                if (found.Keys.FirstOrDefault(k => k.Witness is not null)?.Witness is not { } witness)
                {
                    return true;
                }

                Interlocked.Increment(ref illegal);
                var alone = new RecordedHistory(witness.Calls, []);
                return HistoryText.Verify(alone).Verdict == Verdict.Illegal;
            },
            iter: 2000);

        Assert.IsGreaterThan(100, illegal);
    }
}
