using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.Console;

/// <summary>Which replica host the demo and its like start.</summary>
[TestClass]
public sealed class HostLocatorTests : IDisposable
{
    private static readonly string Command = OperatingSystem.IsWindows() ? "paxoswcf-replica.exe" : "paxoswcf-replica";

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [TestMethod]
    public void Host_BuiltBySameBuild_GoesBeforeAnInstalledOne()
    {
        string built = Make("bin", "ReplicaHost", "debug", "PaxosWcf.ReplicaHost.dll");
        Make("tools", Command);

        var (_, before) = HostLocator.Find(null, _directory.Below("bin", "ClientApp", "debug"), [_directory.Below("tools")]);

        Assert.AreSequenceEqual([built], before);
    }

    [TestMethod]
    public void Host_NotBuilt_IsTheFirstCommandThatIsInstalled()
    {
        string first = Make("tools", Command);
        Make("others", Command);

        var (program, before) = HostLocator.Find(
            null, _directory.Below("program"), [_directory.Below("none"), _directory.Below("tools"), _directory.Below("others")]);

        Assert.AreEqual(first, program);
        Assert.IsEmpty(before);
    }

    [TestMethod]
    public void Host_Nowhere_TheSentenceSaysHowToNameOne()
    {
        Make("tools", "paxoswcf");

        var thrown = Assert.ThrowsExactly<ClusterException>(() => HostLocator.Find(null, _directory.Path, [_directory.Below("tools")]));

        Assert.AreEqual(
            "There is no replica host: no PaxosWcf.ReplicaHost.dll where the solution builds it, and no command paxoswcf-replica beside this program or on "
            + "the PATH. Build the solution, install the tool PaxosWcf.ReplicaHost, or name the program with --replica-host PATH.",
            thrown.Message);
    }

    [TestMethod]
    public void Commands_AreLookedForBesideOurOwn_ThenOnThePath()
    {
        string path = string.Join(Path.PathSeparator, "/usr/bin", "", "/bin");

        Assert.AreSequenceEqual(
            [Path.GetDirectoryName("/opt/tools/paxoswcf")!, "/usr/bin", "/bin"], [.. HostLocator.CommandDirectories("/opt/tools/paxoswcf", path)]);
        Assert.IsEmpty(HostLocator.CommandDirectories(null, null));
    }

    private string Make(params string[] names)
    {
        string path = _directory.Below(names);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, "");
        return path;
    }
}
