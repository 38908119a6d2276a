using System.Reflection;

namespace PaxosWcf.Tests.Packages;

/// <summary>Packages have the version that CHANGELOG.md names.</summary>
[TestClass]
public sealed class VersionTests
{
    [TestMethod]
    public void Version_IsThatOfTheChangelog_WithASuffixUntilItIsReleased()
    {
        string prefix = PackedTree.Properties.Descendants("VersionPrefix").Single().Value;
        string suffix = PackedTree.Properties.Descendants("VersionSuffix").Single().Value;
        string newest = File.ReadLines(Path.Combine(PackedTree.Top, "CHANGELOG.md")).First(line => line.StartsWith("## ", StringComparison.Ordinal));

        bool released = newest != "## Unreleased";

        Assert.AreEqual(released, suffix.Length == 0, $"{newest}: {prefix}, suffix \"{suffix}\"");
        Assert.IsTrue(!released || newest.Contains($"[{prefix}]", StringComparison.Ordinal), $"{newest}: {prefix}");
    }

    [TestMethod]
    [DataRow("Client")]
    [DataRow("ReplicaHost")]
    public void Assembly_SaysItsVersion(string project)
    {
        string said = Assembly.Load($"PaxosWcf.{project}").GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

        Assert.StartsWith(PackedTree.Properties.Descendants("VersionPrefix").Single().Value, said);
    }
}
