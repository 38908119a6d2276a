using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.Packages;

/// <summary>A folder outside of the tree, of somebody who has our packages and the ones that the tree restored, and can reach no others. What is
/// restored and installed goes into it, and goes with it.</summary>
internal sealed class PackageUser : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private PackageUser() => Programs = new Programs(_directory.Path, Below("restored"));

    /// <summary>Runs programs here.</summary>
    public Programs Programs { get; }

    /// <summary>Where tools are installed.</summary>
    public string Tools => Below("tools");

    /// <summary>Makes the folder.</summary>
    public static async Task<PackageUser> OfAsync(PackedTree packed, CancellationToken cancel)
    {
        var user = new PackageUser();
        try
        {
            string listed = await new Programs(PackedTree.Top).SucceedAsync("dotnet", cancel, "nuget", "locals", "global-packages", "--list");
            string theirs = listed[(listed.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
            await File.WriteAllTextAsync(
                user.Below("nuget.config"),
                $"""
                <configuration>
                  <packageSources><clear /><add key="packed" value="{packed.Packages}" /></packageSources>
                  <fallbackPackageFolders><clear /><add key="restored" value="{theirs}" /></fallbackPackageFolders>
                </configuration>
                """, cancel);
            File.Copy(Path.Combine(PackedTree.Top, "global.json"), user.Below("global.json"));
            return user;
        }
        catch
        {
            user.Dispose();
            throw;
        }
    }

    /// <summary>A path in the folder.</summary>
    public string Below(params string[] names) => _directory.Below(names);

    /// <summary>Builds a program that references one package, and returns the path of its assembly.</summary>
    public async Task<string> BuildAsync(string code, string package, string version, CancellationToken cancel)
    {
        Directory.CreateDirectory(Below("sample"));
        await File.WriteAllTextAsync(Below("sample", "Program.cs"), code, cancel);
        await File.WriteAllTextAsync(
            Below("sample", "sample.csproj"),
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="{package}" Version="{version}" />
              </ItemGroup>
            </Project>
            """, cancel);
        await Programs.SucceedAsync("dotnet", cancel, ["build", "sample", "-o", "built", .. Programs.BuildOptions]);
        return Below("built", "sample.dll");
    }

    /// <summary>Installs a tool into <see cref="Tools"/>.</summary>
    public Task InstallAsync(string package, string version, CancellationToken cancel) =>
        Programs.SucceedAsync("dotnet", cancel, "tool", "install", package, "--version", version, "--tool-path", Tools, "--configfile", Below("nuget.config"));

    public void Dispose() => _directory.Dispose();
}
