using System.Buffers.Binary;
using PaxosWcf.Consensus;
using PaxosWcf.Replication.Storage;

namespace PaxosWcf.Replication.KeyValue;

/// <summary>Which commands of each replica are applied already. A replica hands a command over again when a leader may
/// have lost it, so the same command can be chosen twice; it is applied once.</summary>
/// <remarks>Layout of a record, little-endian: format version (1 byte), boot (8), finished-through (8), numbers (8
/// each, rising).</remarks>
internal sealed class OriginTable
{
    private const byte FormatVersion = 1;
    private const byte Prefix = (byte)'o';

    private readonly SortedDictionary<ReplicaId, Origin> _origins = [];
    private readonly SortedSet<ReplicaId> _touched = [];

    /// <summary>Loads the table.</summary>
    public OriginTable(IReplicaStore store)
    {
        foreach (var (key, record) in store.Scan(StoreFamily.Sessions, [Prefix], [Prefix + 1]))
        {
            _origins[new ReplicaId(BinaryPrimitives.ReadInt32BigEndian(key.AsSpan(1)))] = Origin.Decode(record);
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
        private const int HeaderBytes = 17;

        private readonly SortedSet<long> _numbers = [];
        private long _finishedThrough;

        public long Boot { get; init; }

        public bool Admit(long number, long finishedThrough)
        {
            _finishedThrough = Math.Max(_finishedThrough, finishedThrough);
            while (_numbers.Count > 0 && _numbers.Min <= _finishedThrough)
            {
                _numbers.Remove(_numbers.Min);
            }

            if (number <= _finishedThrough || !_numbers.Add(number))
            {
                return false;
            }

            if (_numbers.Count > StateMachineLimits.NumbersPerOriginMax)
            {
                _finishedThrough = _numbers.Min;
                _numbers.Remove(_numbers.Min);
            }

            return true;
        }

        public byte[] Encode()
        {
            var bytes = new byte[HeaderBytes + (8 * _numbers.Count)];
            bytes[0] = FormatVersion;
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(1), Boot);
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(9), _finishedThrough);
            var at = HeaderBytes;
            foreach (var number in _numbers)
            {
                BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), number);
                at += 8;
            }

            return bytes;
        }

        public static Origin Decode(byte[] bytes)
        {
            Invariant.Holds(
                bytes.Length >= HeaderBytes && bytes[0] == FormatVersion && (bytes.Length - HeaderBytes) % 8 == 0,
                "an origin's record is readable");
            var origin = new Origin { Boot = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(1)) };
            origin._finishedThrough = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(9));
            for (var at = HeaderBytes; at < bytes.Length; at += 8)
            {
                origin._numbers.Add(BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at)));
            }

            return origin;
        }
    }
}
