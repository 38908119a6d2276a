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
            histories.Set(Name(key), new KeyHistory(key, 1));
        }

        Assert.IsFalse(histories.TryGet(Name(1), out _));
        Assert.IsTrue(histories.TryGet(Name(KeyHistories.KeysMax + 1), out var kept));
        Assert.AreEqual(new KeyHistory(KeyHistories.KeysMax + 1, 1), kept);
    }

    [TestMethod]
    public void Histories_OfLongKeys_AreBoundedByCharacters()
    {
        var histories = new KeyHistories();
        var long1000 = new string('x', 1000);
        for (var key = 0; key <= 2 * KeyHistories.CharactersMax / 1000; key++)
        {
            histories.Set(long1000 + Name(key), new KeyHistory(1, 1));
        }

        Assert.IsFalse(histories.TryGet(long1000 + Name(0), out _));
    }

    /// <summary>One that moved to the old generation and is set again is the new one, not the old.</summary>
    [TestMethod]
    public void History_SetAgainAfterItsGenerationGrewOld_IsTheLatest()
    {
        var histories = new KeyHistories();
        histories.Set("k", new KeyHistory(1, 1));
        for (var key = 1; key < KeyHistories.KeysMax; key++)
        {
            histories.Set(Name(key), default);
        }

        histories.Set("k", new KeyHistory(1, 2));
        Assert.IsTrue(histories.TryGet("k", out var history));
        Assert.AreEqual(2, history.Version);
    }

    private static string Name(int key) => key.ToString(CultureInfo.InvariantCulture);
}
