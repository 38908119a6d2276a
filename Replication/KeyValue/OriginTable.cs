using System.Buffers.Binary;
using PaxosWcf.Consensus;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Replication.KeyValue;

/// <summary>Which commands of each replica are applied already. A replica hands a command over again when a leader may
/// have lost it, so the same command can be chosen twice; it is applied once.</summary>
/// <remarks>Layout of a record, little-endian: format version (1 byte), boot (8), finished-through (8), then the runs of
/// applied numbers above that, rising: first (8), last (8). Version 1 had the numbers one by one (8 each).</remarks>
internal sealed class OriginTable
{
    private const byte Prefix = (byte)'o';

    private readonly SortedDictionary<ReplicaId, Origin> _origins = [];
    private readonly SortedSet<ReplicaId> _touched = [];

    /// <summary>Loads the table.</summary>
    public OriginTable(IReplicaStore store)
    {
        foreach (var (key, record) in store.Scan(StoreFamily.Sessions, [Prefix], [Prefix + 1]))
        {
            var replica = new ReplicaId(BinaryPrimitives.ReadInt32BigEndian(key.AsSpan(1)));
            _origins[replica] = Origin.Decode(record, out var isOld);
            if (isOld)
            {
                // Written anew with the next write set, so that equal states have equal bytes on all replicas.
                _touched.Add(replica);
            }
        }
    }

    /// <summary>Whether a chosen command is to be applied: true the first time only.</summary>
    public bool Admit(Command command)
    {
        var id = command.Id;
        if (!_origins.TryGetValue(id.Origin, out var origin) || origin.Boot < id.Boot)
        {
            // The process that handed in commands under an older boot is gone, and its callers with it.
            _origins[id.Origin] = origin = new Origin { Boot = id.Boot };
        }

        if (id.Boot < origin.Boot)
        {
            return false;
        }

        _touched.Add(id.Origin);
        return origin.Admit(id.Number, command.FinishedThrough);
    }

    /// <summary>Whether a command was applied, or never will be.</summary>
    public bool IsOver(CommandId id) => _origins.TryGetValue(id.Origin, out var origin)
        && (origin.Boot > id.Boot || (origin.Boot == id.Boot && origin.IsOver(id.Number)));

    /// <summary>Adds what changed since the last call to a write set.</summary>
    public void Write(WriteSet writes)
    {
        foreach (var replica in _touched)
        {
            var key = new byte[5];
            key[0] = Prefix;
            BinaryPrimitives.WriteInt32BigEndian(key.AsSpan(1), replica.Number);
            writes.Put(StoreFamily.Sessions, key, _origins[replica].Encode());
        }

        _touched.Clear();
    }

    private sealed class Origin
    {
        private const byte FormatVersion = 2;
        private const byte SingleNumbersVersion = 1;
        private const int HeaderBytes = 17;
        private const int RunBytes = 16;

        private readonly NumberRuns _numbers = new();
        private long _finishedThrough;

        public long Boot { get; init; }

        public bool Admit(long number, long finishedThrough)
        {
            if (finishedThrough > _finishedThrough)
            {
                _finishedThrough = finishedThrough;
                _numbers.RemoveThrough(finishedThrough);
            }

            if (number <= _finishedThrough || !_numbers.Add(number))
            {
                return false;
            }

            if (_numbers.Count > StateMachineLimits.NumbersPerOriginMax)
            {
                _finishedThrough = _numbers.Lowest;
                _numbers.RemoveThrough(_finishedThrough);
            }

            return true;
        }

        public bool IsOver(long number) => number <= _finishedThrough || _numbers.Contains(number);

        public byte[] Encode()
        {
            var bytes = new byte[HeaderBytes + (RunBytes * _numbers.Runs.Count)];
            bytes[0] = FormatVersion;
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(1), Boot);
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(9), _finishedThrough);
            var at = HeaderBytes;
            foreach (var run in _numbers.Runs)
            {
                BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), run.From);
                BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at + 8), run.Through);
                at += RunBytes;
            }

            return bytes;
        }

        public static Origin Decode(byte[] bytes, out bool isOld)
        {
            isOld = bytes.Length > 0 && bytes[0] == SingleNumbersVersion;
            var step = isOld ? 8 : RunBytes;
            Invariant.Holds(
                bytes.Length >= HeaderBytes && (isOld || bytes[0] == FormatVersion) && (bytes.Length - HeaderBytes) % step == 0,
                "an origin's record is readable");
            var origin = new Origin { Boot = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(1)) };
            origin._finishedThrough = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(9));
            for (var at = HeaderBytes; at < bytes.Length; at += step)
            {
                var first = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at));
                var last = isOld ? first : BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at + 8));
                for (var number = first; number <= last; number++)
                {
                    origin._numbers.Add(number);
                }
            }

            return origin;
        }
    }
}
