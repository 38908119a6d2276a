using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Xml.Linq;
using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.Packages;

/// <summary>What <c>dotnet pack -c Release</c> makes of this tree, in a temporary folder that goes with it. It is built there too, so that nothing in
/// the tree changes, and its version is one that nobody has in a cache.</summary>
internal sealed class PackedTree : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    /// <summary>The top of the tree.</summary>
    public static string Top { get; } = Path.GetFullPath(Path.Combine(Here(), "..", "..", ".."));

    /// <summary>The properties of all projects.</summary>
    public static XDocument Properties { get; } = XDocument.Load(Path.Combine(Top, "Directory.Build.props"));

    /// <summary>Where it was built.</summary>
    public string Artifacts => _directory.Below("artifacts");

    /// <summary>Where the packages are, and nothing else.</summary>
    public string Packages => _directory.Below("packages");

    /// <summary>The version of all packages.</summary>
    public string Version => $"{Properties.Descendants("VersionPrefix").Single().Value}-{Suffix}";

    private string Suffix { get; } = $"test{Guid.NewGuid():n}";

    /// <summary>Packs it.</summary>
    public static async Task<PackedTree> PackAsync(CancellationToken cancel)
    {
        var packed = new PackedTree();
        try
        {
            // The analyzers had their say when the tests were built.
            await new Programs(Top).SucceedAsync(
                "dotnet", cancel,
                [
                    "pack", "-c", "Release", "-o", packed.Packages, "--version-suffix", packed.Suffix, $"-p:ArtifactsPath={packed.Artifacts}",
                    "-p:RunAnalyzers=false", "-p:EnforceCodeStyleInBuild=false", .. Programs.BuildOptions,
                ]);
            return packed;
        }
        catch
        {
            packed.Dispose();
            throw;
        }
    }

    /// <summary>The files of one package.</summary>
    public ZipArchive Open(string id) => ZipFile.OpenRead(Path.Combine(Packages, $"{id}.{Version}.nupkg"));

    public void Dispose() => _directory.Dispose();

    private static string Here([CallerFilePath] string path = "") => path;
}
