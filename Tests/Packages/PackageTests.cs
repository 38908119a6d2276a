using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using PaxosWcf.Contracts.Configuration;
using PaxosWcf.Tests.Host;

namespace PaxosWcf.Tests.Packages;

/// <summary>The packages of this tree, packed as a release, and used by somebody who has nothing else of it.</summary>
[TestClass]
[DoNotParallelize]
[TestCategory("Cluster")]
[TestCategory("Packages")]
public sealed class PackageTests(TestContext test)
{
    private const int PackMilliseconds = 600_000;
    private const int UseMilliseconds = 300_000;

    private static readonly string[] Ids = ["Client", "Console", "Contracts", "History", "ReplicaHost"];

    private static PackedTree Packed { get; set; } = null!;

    [ClassInitialize]
    [Timeout(PackMilliseconds, CooperativeCancellation = true)]
    public static async Task PackAsync(TestContext context) => Packed = await PackedTree.PackAsync(context.CancellationToken);

    [ClassCleanup]
    public static void Remove() => Packed?.Dispose();

    [TestMethod]
    public void Pack_AtTheTop_MakesThesePackagesAndNoOther()
    {
        string[] expected = [.. Ids.Select(id => $"PaxosWcf.{id}.{Packed.Version}.nupkg")];

        Assert.AreSequenceEqual(expected, [.. Directory.GetFiles(Packed.Packages).Select(Path.GetFileName).Order(StringComparer.Ordinal)]);
    }

    [TestMethod]
    [DataRow(
        "PaxosWcf.Client",
        "Microsoft.Extensions.Logging.Abstractions PaxosWcf.Contracts PaxosWcf.History Polly.Core "
        + "System.Security.Cryptography.Xml System.ServiceModel.Http System.ServiceModel.Primitives")]
    [DataRow("PaxosWcf.Contracts", "System.Security.Cryptography.Xml System.ServiceModel.Http System.ServiceModel.Primitives")]
    [DataRow("PaxosWcf.History", "")]
    [DataRow("PaxosWcf.Console", "")]
    [DataRow("PaxosWcf.ReplicaHost", "")]
    public void Package_NamesWhatItNeeds_AndSaysWhatItIs(string id, string needs)
    {
        using ZipArchive package = Packed.Open(id);

        using Stream file = package.GetEntry($"{id}.nuspec")!.Open();
        XElement[] said = [.. XDocument.Load(file).Descendants()];
        string Said(string name) => said.Single(element => element.Name.LocalName == name).Value;
        string[] dependencies = [.. said.Where(element => element.Name.LocalName == "dependency").Select(element => element.Attribute("id")!.Value)];

        Assert.AreEqual(needs, string.Join(' ', dependencies.Order(StringComparer.Ordinal)));
        Assert.AreEqual((id, Packed.Version), (Said("id"), Said("version")));
        Assert.Contains("key-value store", Said("description"));
        Assert.IsNotNull(package.GetEntry(Said("readme")), "the README that it names");
    }

    [TestMethod]
    [DataRow("PaxosWcf.Client")]
    [DataRow("PaxosWcf.Contracts")]
    [DataRow("PaxosWcf.History")]
    public void Library_IsOneAssemblyWithItsDocumentation(string id)
    {
        using ZipArchive package = Packed.Open(id);

        string[] files = [.. package.Entries.Select(entry => entry.FullName).Where(name => name.StartsWith("lib/", StringComparison.Ordinal))];

        Assert.AreSequenceEqual([$"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml"], [.. files.Order(StringComparer.Ordinal)]);
    }

    [TestMethod]
    [DataRow("linux-x64/native/librocksdb.so")]
    [DataRow("linux-arm64/native/librocksdb.so")]
    [DataRow("osx-arm64/native/librocksdb.dylib")]
    [DataRow("win-x64/native/rocksdb.dll")]
    public void ReplicaHost_HasRocksDbForEachPlatform(string library)
    {
        using ZipArchive package = Packed.Open("PaxosWcf.ReplicaHost");

        Assert.IsGreaterThan(1_000_000L, package.GetEntry($"tools/net10.0/any/runtimes/{library}")?.Length ?? 0);
    }

    [TestMethod]
    public void Packages_NameNoPathOfTheMachineThatBuiltThem()
    {
        string[] paths = [PackedTree.Top, Packed.Artifacts, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + "/.nuget"];
        List<string> sources = [];

        foreach (string file in Directory.GetFiles(Packed.Packages))
        {
            using ZipArchive package = ZipFile.OpenRead(file);
            foreach (ZipArchiveEntry entry in package.Entries.Where(PackedFile.IsOurs))
            {
                var ours = PackedFile.Read(entry);
                sources.AddRange(ours.SourceFiles);
                Assert.IsEmpty(paths.Where(ours.Has), $"{entry.FullName} of {Path.GetFileName(file)}");
            }
        }

        Assert.IsEmpty(sources.Where(name => !name.StartsWith("/_/", StringComparison.Ordinal)));
        Assert.Contains("/_/Client/PaxosKeyValueClient.cs", sources);
        Assert.Contains("/_/ReplicaHost/Program.cs", sources);
    }

    [TestMethod]
    [Timeout(UseMilliseconds, CooperativeCancellation = true)]
    [DataRow("Client", "Client/PACKAGE.md", "revision 1: blue")]
    [DataRow("Client", "README.md", "written at revision 1; replica \\d has blue")]
    [DataRow("Contracts", "Contracts/PACKAGE.md", "revision 1: blue")]
    public async Task Sample_OfAReadme_BuiltWithThePackageAlone_PutsAndGets(string package, string readme, string expected)
    {
        using PackageUser user = await PackageUser.OfAsync(Packed, test.CancellationToken);
        await using var cluster = await HostedCluster.StartAsync(replicas: 3);
        SaveServers(cluster, user);

        string code = Sample(readme).Replace("http://127.0.0.1:8101", cluster.ClientAddress(1).GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);
        string sample = await user.BuildAsync(code, $"PaxosWcf.{package}", Packed.Version, test.CancellationToken);
        string printed = await user.Programs.SucceedAsync("dotnet", test.CancellationToken, sample);

        Assert.MatchesRegex($"^{expected}\\s*$", printed);
        Assert.AreSequenceEqual("blue"u8.ToArray(), (await cluster.StoreAsync(2, store => store.GetAsync("colour", null))).Value!);
    }

    [TestMethod]
    [Timeout(UseMilliseconds, CooperativeCancellation = true)]
    public async Task Tools_Installed_PutAndGet_AndTheDemoFindsTheHost()
    {
        using PackageUser user = await PackageUser.OfAsync(Packed, test.CancellationToken);
        string console = Path.Combine(user.Tools, "paxoswcf");
        string servers = ThreeOnFreePorts(user.Below("demo.xml"));

        // Its own command and its files only: another paxoswcf-replica may be installed on this machine.
        var programs = new Programs(user.Below(), user.Below("restored")) { SearchPath = user.Below("empty") };

        await user.InstallAsync("PaxosWcf.Console", Packed.Version, test.CancellationToken);
        Assert.Contains("put <KEY> <VALUE>", await programs.SucceedAsync(console, test.CancellationToken, "--help"));
        await using (var cluster = await HostedCluster.StartAsync(replicas: 3))
        {
            SaveServers(cluster, user);
            Assert.Contains("revision 1", await programs.SucceedAsync(console, test.CancellationToken, "put", "colour", "blue"));
            Assert.AreEqual("blue", (await programs.SucceedAsync(console, test.CancellationToken, "get", "colour")).Trim());
        }

        var (exitCode, _, errors) = await programs.RunAsync(console, test.CancellationToken, "demo", "--servers", servers);
        Assert.AreEqual(3, exitCode);
        Assert.Contains("install the tool PaxosWcf.ReplicaHost, or name the program with --replica-host PATH", errors);

        await user.InstallAsync("PaxosWcf.ReplicaHost", Packed.Version, test.CancellationToken);
        string told = await programs.SucceedAsync(console, test.CancellationToken, "demo", "--servers", servers);
        Assert.Contains("All 3 replicas hold the same contents. Every operation got its answer.", told);
    }

    // Without the fault lab's part, which is no matter of a client.
    private static void SaveServers(HostedCluster cluster, PackageUser user) =>
        ServersFile.Save(user.Below("servers.xml"), new ServersConfiguration(cluster.Servers.Cluster, cluster.Servers.Replicas, null));

    // For a short demo: what acceptors do that fail is not the packages' matter.
    private static string ThreeOnFreePorts(string path)
    {
        Uri[] free = LoopbackServers.FreeAddresses(6);
        ServersFile.Save(path, new ServersConfiguration("demo", free.Chunk(2).Select((pair, i) => new ReplicaAddress(i + 1, pair[0], pair[1])), null));
        return path;
    }

    // The one piece of C# in it.
    private static string Sample(string readme) =>
        Regex.Match(File.ReadAllText(Path.Combine(PackedTree.Top, readme)), "```csharp\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
}
