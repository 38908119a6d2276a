using PaxosWcf.Replication.Storage;
using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.Formats;

/// <summary>The files of a data directory beside the store.</summary>
[TestClass]
public sealed class DirectoryFormatTests
{
    [TestMethod]
    public void Identity_OfFormat1_IsReadAndWrittenAsEver()
    {
        string golden = Golden("identity-1");

        DirectoryIdentity? identity = DirectoryIdentity.Parse(golden, out string refusal);

        Assert.AreEqual("", refusal);
        Assert.AreEqual(new DirectoryIdentity("paxoswcf", 3, new Guid("00112233-4455-6677-8899-aabbccddeeff")), identity);
        Assert.AreEqual(golden, identity!.Render());
    }

    [TestMethod]
    public void StopRecord_OfFormat1_IsComparedAndWrittenAsEver()
    {
        using var directory = new TemporaryDirectory();
        string store = directory.Below("store");
        Directory.CreateDirectory(store);
        File.WriteAllText(Path.Combine(store, "CURRENT"), "MANIFEST-000005\n");
        File.WriteAllText(Path.Combine(store, "MANIFEST-000005"), "a manifest");
        File.WriteAllText(Path.Combine(store, "000008.sst"), "a table");
        File.WriteAllText(directory.Below("stopped"), Golden("stopped-1"));

        StopRecord.CheckAndRemove(directory.Path, store);
        Assert.IsFalse(File.Exists(directory.Below("stopped")));

        StopRecord.Write(directory.Path, store);
        Assert.AreEqual(Golden("stopped-1"), File.ReadAllText(directory.Below("stopped")));
    }

    private static string Golden(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Formats", "golden", name));
}
