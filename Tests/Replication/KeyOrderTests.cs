using CsCheck;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Tests.Replication;

[TestClass]
public sealed class KeyOrderTests
{
    // Few characters, so that many keys begin alike, differ in one only, or are the beginning of another.
    private static readonly string[] Beginnings = ["", "/app/config/", "/app/"];

    private static readonly Gen<string> Key = Gen.Select(
        Gen.Int[0, 2], Gen.Char["\0ab\u00e9\ud83d\ude00\uffff"].Array[0, 9], (beginning, rest) => Beginnings[beginning] + new string(rest));

    [TestMethod]
    public void Sort_AnyKeys_OrdersThemAsTheirTextsCompare() => Key.HashSet[0, 60].Sample(keys =>
    {
        KeyValuePair<string, int>[] keyed = [.. keys.Select((key, place) => KeyValuePair.Create(key, place))];
        var wanted = keyed.OrderBy(pair => pair.Key, StringComparer.Ordinal).ToArray();

        KeyOrder.Sort(keyed);

        Assert.AreSequenceEqual(wanted, keyed);
    });
}
