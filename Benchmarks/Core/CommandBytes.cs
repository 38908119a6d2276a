using PaxosWcf.Consensus;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Benchmarks.Core;

/// <summary>The command that the benchmarks use: a put of 100 bytes under a key of 16.</summary>
internal static class CommandBytes
{
    public const int Value = 100;

    private const string Key = "000064/000012345";

    /// <summary>Length of what the state machine reads of it.</summary>
    public static int Payload { get; } = Put().Encode().Length;

    public static Put Put(int key = 12345)
    {
        return new Put(new ClientIdentity("session-1", key + 1, key), Key[..7] + key.ToString("d9", System.Globalization.CultureInfo.InvariantCulture), new byte[Value]);
    }

    /// <summary>Commands as a replica hands them in, numbered from one on.</summary>
    public static Command[] Numbered(long first, int count, Func<int, byte[]> payload)
    {
        var origin = new ReplicaId(1);
        return [.. Enumerable.Range(0, count).Select(i => Command.Create(new CommandId(origin, 1, first + i), first - 1, payload(i)))];
    }
}
