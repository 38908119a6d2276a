using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Tests.Storage;

/// <summary>"After a crash, the store holds a prefix of the write sets, and at least every one up to the last durable one
/// that returned": a process writes, and is killed in the middle of it, again and again on the same store.</summary>
[TestClass]
[DoNotParallelize]
[TestCategory("Cluster")]
public sealed class StoreKillTests
{
    private const int Rounds = 8;
    private const int Seed = 20261;

    [TestMethod]
    public void Kill_InTheMiddleOfWriting_KeepsAPrefixWithEveryAcknowledgedSet()
    {
        using var directory = new TemporaryDirectory();
        var random = new Random(Seed);
        string path = directory.Below("store");
        long acknowledged = 0;
        for (int round = 0; round < Rounds; round++)
        {
            // Every fourth round the process dies while it opens and replays.
            int lines = round % 4 == 3 ? 0 : random.Next(1, 400);
            acknowledged = Math.Max(acknowledged, WriteAndKill(path, lines, random.Next(0, 20_000)));
            using RocksDbStore store = RocksDbStore.Open(path, create: false, writeBufferBytes: 0);
            AssertPrefix(store, acknowledged, $"round {round}");
        }

        Assert.IsGreaterThan(100, acknowledged);
    }

    private static long WriteAndKill(string path, int lines, int microseconds)
    {
        using StoreWriterProcess writer = StoreWriterProcess.Start("write", path);
        Assert.AreEqual("opening", writer.ReadLine());
        for (int line = 0; line < lines; line++)
        {
            Assert.IsNotNull(writer.ReadLine());
        }

        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalMicroseconds < microseconds)
        {
            Thread.SpinWait(20);
        }

        writer.Kill();
        string[] rest = writer.ReadToEnd().Split('\n');
        // What follows the last line break was cut by the kill: it is not an acknowledgement.
        return rest.Length > 1 ? long.Parse(rest[^2], CultureInfo.InvariantCulture) : 0;
    }

    private static void AssertPrefix(RocksDbStore store, long acknowledged, string when)
    {
        long last = store.Find(StoreFamily.Meta, "last"u8) is { } bytes ? BinaryPrimitives.ReadInt64BigEndian(bytes) : 0;
        Assert.IsGreaterThanOrEqualTo(acknowledged, last, when);
        foreach (StoreFamily family in new[] { StoreFamily.Log, StoreFamily.Keys, StoreFamily.Sessions })
        {
            long number = 0;
            foreach ((byte[] key, byte[] value) in store.Scan(family, [], null))
            {
                Assert.AreEqual(++number, BinaryPrimitives.ReadInt64BigEndian(key), $"{when}, {family}");
                Assert.AreEqual(number, BinaryPrimitives.ReadInt64BigEndian(value), $"{when}, {family}");
            }

            Assert.AreEqual(number, last, $"{when}, {family}");
        }
    }
}
