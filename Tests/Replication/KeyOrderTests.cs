using CsCheck;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Tests.Replication;

[TestClass]
public sealed class KeyOrderTests
{
    // Few characters, so that many keys begin alike, differ in one only, or are the beginning of another.
    private static readonly Gen<string> Key =
        Gen.Select(Gen.OneOfConst("", "/app/config/", "/app/"), Gen.Char["\0ab\u00e9\ud83d\ude00\uffff"].Array[0, 9], (before, after) => before + new string(after));

    [TestMethod]
    public void Sort_AnyKeys_OrdersThemAsTheirTextsCompare() => Key.HashSet[0, 60].Sample(keys =>
    {
        KeyValuePair<string, int>[] keyed = [.. keys.Select((key, place) => KeyValuePair.Create(key, place))];
        var wanted = keyed.OrderBy(pair => pair.Key, StringComparer.Ordinal).ToArray();

        KeyOrder.Sort(keyed);

        CollectionAssert.AreEqual(wanted, keyed);
    });
}
