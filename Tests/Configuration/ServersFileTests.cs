using PaxosWcf.Contracts.Configuration;
using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.Configuration;

[TestClass]
public sealed class ServersFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Path => _directory.Below("servers.xml");

    public void Dispose() => _directory.Dispose();

    [TestMethod]
    public void Load_FileOfTheRepository_HasFiveReplicasAndFaults()
    {
        ServersConfiguration servers = ServersFile.Load(System.IO.Path.Combine(AppContext.BaseDirectory, "servers.xml"));
        Assert.AreEqual("paxoswcf", servers.Cluster);
        Assert.AreEqual("1 2 3 4 5", string.Join(' ', servers.Replicas.Select(replica => replica.Id)));
        Assert.AreEqual(new Uri("http://127.0.0.1:8103"), servers.Find(3)!.Client);
        Assert.AreEqual(new Uri("http://127.0.0.1:8203"), servers.Find(3)!.Peer);
        Assert.IsNull(servers.Find(6));
        Assert.AreEqual(
            new FaultSettings { Enabled = true, MeanSecondsToFailure = 20, DownSecondsMin = 1, DownSecondsMax = 4, Seed = 1 },
            servers.Faults);
    }

    [TestMethod]
    public void Parse_NoFaults_MeansOff()
        => Assert.AreEqual(FaultSettings.Off, ServersFile.Parse(Servers(One)).Faults);

    [TestMethod]
    [DataRow("<faults enabled='true'/>", true)]
    [DataRow("<faults enabled='true' random='true'/>", true)]
    [DataRow("<faults enabled='true' random='false'/>", false)]
    [DataRow("<faults enabled='true' random='0'/>", false)]
    public void Parse_Random_SaysWhetherAcceptorsFailByThemselves(string faults, bool random)
        => Assert.AreEqual(random, ServersFile.Parse(Servers(One + faults)).Faults.Random);

    [TestMethod]
    [DataRow("https://Kv.Example.org:443")]
    [DataRow("http://[::1]:80/")]
    [DataRow("http://kv-1:65535")]
    public void Parse_Address_IsTaken(string address)
        => Assert.AreEqual(new Uri(address), ServersFile.Parse(Servers($"<replica id='1' client='{address}' peer='http://h:2'/>")).Find(1)!.Client);

    [TestMethod]
    public void Save_Load_GivesTheSame()
    {
        var written = new ServersConfiguration(
            "free-ports_1.0",
            [
                new ReplicaAddress(3, new Uri("http://127.0.0.1:5001"), new Uri("http://127.0.0.1:5002")),
                new ReplicaAddress(1, new Uri("https://kv.example.org:443"), new Uri("http://[::1]:80")),
                new ReplicaAddress(99, new Uri("http://127.0.0.1:5005"), new Uri("http://127.0.0.1:5006")),
            ],
            new FaultSettings { Enabled = true, MeanSecondsToFailure = 2.5, DownSecondsMin = 0, DownSecondsMax = 0.25, Seed = -7, Random = false });
        ServersFile.Save(Path, written);
        ServersFile.Save(Path, written);
        ServersConfiguration read = ServersFile.Load(Path);
        Assert.AreEqual(written.Cluster, read.Cluster);
        Assert.AreSequenceEqual(written.Replicas, read.Replicas);
        Assert.AreEqual(written.Faults, read.Faults);
        Assert.AreEqual(written.Hash, read.Hash);
        Assert.HasCount(1, Directory.GetFiles(_directory.Path));
    }

    [TestMethod]
    public void Save_BrokenRule_IsRefusedAndNothingIsWritten()
    {
        var twice = new ServersConfiguration("c", [new ReplicaAddress(1, new Uri("http://h:1"), new Uri("http://h:1"))]);
        ServersFileException refusal = Assert.ThrowsExactly<ServersFileException>(() => ServersFile.Save(Path, twice));
        Assert.Contains("already", refusal.Message);
        Assert.IsEmpty(Directory.GetFiles(_directory.Path));
    }

    [TestMethod]
    public void Hash_CommentsOrderFaultsAndSpelling_DoNotMatter()
    {
        const string Two = "<replica id='2' client='http://h:3' peer='http://h:4'/><replica id='3' client='http://h:5' peer='http://h:6'/>";
        string hash = ServersFile.Parse(Servers(One + Two)).Hash;
        Assert.AreEqual(16, hash.Length);
        Assert.AreEqual(hash, ServersFile.Parse(Servers(Two + "<!-- one -->\n" + One.Replace("http://h", "HTTP://H", StringComparison.Ordinal)
            + "<faults enabled='true'/>")).Hash);
    }

    [TestMethod]
    [DataRow("http://h:1", "http://h:9")]
    [DataRow("id='1'", "id='2'")]
    [DataRow("cluster='c'", "cluster='d'")]
    public void Hash_IdentityOrAddressDiffers_Differs(string was, string becomes)
    {
        string text = Servers(One);
        Assert.AreNotEqual(
            ServersFile.Parse(text).Hash, ServersFile.Parse(text.Replace(was, becomes, StringComparison.Ordinal)).Hash);
    }

    private const string One = "<replica id='1' client='http://h:1' peer='http://h:2'/>";

    private static string Servers(string content) => $"<servers xmlns='{ServersFile.Namespace}' cluster='c'>{content}</servers>";
}
