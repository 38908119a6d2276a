using System.Globalization;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Tests.Replication;

/// <summary>The memory of keys written lately is bounded, and never wrong.</summary>
[TestClass]
public sealed class KeyHistoriesTests
{
    [TestMethod]
    public void Histories_BeyondMax_ForgetTheOldestAndKeepTheLatest()
    {
        var histories = new KeyHistories();
        for (var key = 1; key <= (2 * KeyHistories.KeysMax) + 1; key++)
        {
            histories.PlaceOf(Name(key), out _) = new KeyHistory(key, 1);
        }

        Assert.AreEqual(default, histories.PlaceOf(Name(1), out var isOldestHere));
        Assert.IsFalse(isOldestHere);
        Assert.AreEqual(new KeyHistory(KeyHistories.KeysMax + 1, 1), histories.PlaceOf(Name(KeyHistories.KeysMax + 1), out var isLatestHere));
        Assert.IsTrue(isLatestHere);
    }

    [TestMethod]
    public void Histories_OfLongKeys_AreBoundedByCharacters()
    {
        var histories = new KeyHistories();
        var long1000 = new string('x', 1000);
        for (var key = 0; key <= 2 * KeyHistories.CharactersMax / 1000; key++)
        {
            histories.PlaceOf(long1000 + Name(key), out _) = new KeyHistory(1, 1);
        }

        histories.PlaceOf(long1000 + Name(0), out var isHere);
        Assert.IsFalse(isHere);
    }

    /// <summary>One that moved to the old generation and is set again is the new one, not the old.</summary>
    [TestMethod]
    public void History_SetAgainAfterItsGenerationGrewOld_IsTheLatest()
    {
        var histories = new KeyHistories();
        histories.PlaceOf("k", out _) = new KeyHistory(1, 1);
        FillGeneration(histories, 1);
        histories.PlaceOf("k", out _) = new KeyHistory(1, 2);
        Assert.AreEqual(new KeyHistory(1, 2), histories.PlaceOf("k", out var isHere));
        Assert.IsTrue(isHere);
    }

    /// <summary>To ask for a key is to use it: it moves to the young generation, with what is known of it.</summary>
    [TestMethod]
    public void History_AskedForInTheOldGeneration_OutlivesIt()
    {
        var histories = new KeyHistories();
        histories.PlaceOf("k", out _) = new KeyHistory(7, 3);
        for (var generation = 1; generation < 4; generation++)
        {
            FillGeneration(histories, generation);
            Assert.AreEqual(new KeyHistory(7, 3), histories.PlaceOf("k", out var isHere), $"after {generation} generations");
            Assert.IsTrue(isHere, $"after {generation} generations");
        }
    }

    // With the one key that is in it already.
    private static void FillGeneration(KeyHistories histories, int generation)
    {
        for (var key = 1; key < KeyHistories.KeysMax; key++)
        {
            histories.PlaceOf($"{generation}-{Name(key)}", out _) = default;
        }
    }

    private static string Name(int key) => key.ToString(CultureInfo.InvariantCulture);
}
