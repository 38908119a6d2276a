using System.Buffers.Binary;
using System.Globalization;
using PaxosWcf.Replication.Storage;

// The process that the store tests kill. It opens a data directory and then either holds it ("hold") or writes numbered
// write sets into every family ("write") and prints the number of each durable one once it has returned. Arguments:
// mode, directory, bytes of the write buffer (0: the smallest there is, so that logs and table files come soon).
if (args is not [string mode and ("hold" or "write" or "bootstrap"), string path, string buffer])
{
    await Console.Error.WriteLineAsync("usage: hold|write|bootstrap DIRECTORY WRITE-BUFFER-BYTES");
    return 2;
}

try
{
    if (mode == "write")
    {
        Console.WriteLine("opening");
        ulong bytes = ulong.Parse(buffer, CultureInfo.InvariantCulture);
        using RocksDbStore store = RocksDbStore.Open(path, create: true, bytes);
        WriteForever(store);
    }

    using ReplicaDirectory directory = ReplicaDirectory.Open(path, "paxoswcf", 3, bootstrap: mode == "bootstrap");
    Console.WriteLine("open");
    Console.ReadLine();
    return 0;
}
catch (DataDirectoryException refusal)
{
    Console.WriteLine(refusal.Message);
    return 1;
}

// One in three durable, as where applied values ride between promises; a value long enough to reach several logs.
static void WriteForever(RocksDbStore store)
{
    byte[] last = store.Find(StoreFamily.Meta, "last"u8) ?? new byte[8];
    long number = BinaryPrimitives.ReadInt64BigEndian(last);
    var writes = new WriteSet();
    byte[] value = new byte[700];
    while (true)
    {
        number++;
        byte[] key = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(key, number);
        key.CopyTo(value, 0);
        writes.Clear();
        writes.Put(StoreFamily.Log, key, value);
        writes.Put(StoreFamily.Keys, key, value);
        writes.Put(StoreFamily.Sessions, key, key);
        writes.Put(StoreFamily.Meta, "last"u8.ToArray(), key);
        bool durable = number % 3 == 0;
        store.Write(writes, durable);
        if (durable)
        {
            Console.WriteLine(number.ToString(CultureInfo.InvariantCulture));
        }
    }
}
