using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests;

/// <summary>Tests/Mutations/mutate.cs on a tree of one line, with scripts in place of compiler and tests: only a test that fails catches a mutation.</summary>
[TestClass]
[DoNotParallelize]
[TestCategory("Cluster")]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class MutationVerdictTests(TestContext test)
{
    // What replaces the line says what becomes of it.
    private static readonly string[] Mutations = ["caught", "survives", "broken", "hangs", "dies"];

    private const string Dotnet = """
        #!/bin/sh
        if [ "$1 $2" = "build Tests" ]; then
          mkdir -p artifacts/bin/Tests/debug artifacts/bin/Product/debug
          touch artifacts/bin/Tests/debug/PaxosWcf.Product.dll artifacts/bin/Product/debug/PaxosWcf.Product.dll
          exit 0
        fi
        read line < Product/Code.cs
        case "$1 $line" in
          "build broken") echo "Code.cs(1,1): error CS1002: ; expected [Product.csproj]"; exit 1;;
          build*) exit 0;;
          *caught) echo "failed Some_Test (3ms)"; exit 2;;
          *hangs) exec sleep 600;;
          *dies) exit 134;;
        esac
        """;

    private const string Git = """
        #!/bin/sh
        echo Product/Code.cs
        """;

    [TestMethod]
    [Timeout(300_000, CooperativeCancellation = true)]
    public async Task Mutations_OnlyThoseThatATestFailsFor_AreCaught()
    {
        using var tree = new TemporaryDirectory();
        string program = await BuildAsync(tree);

        (int exitCode, string said) = await RunAsync(tree, program, ["--minutes", "0.1"]);

        Assert.Contains("| caught | Why. | `Some_Test` |", said);
        Assert.Contains("| survives | Why. | **nothing** |", said);
        Assert.Contains("| broken | Why. | does not compile: error CS1002: ; expected |", said);
        Assert.Contains("| hangs | Why. | timed out: the tests had not ended after 0.1 minutes, and none had failed |", said);
        Assert.Contains("| dies | Why. | no verdict: the tests ended with exit code 134, and none had failed |", said);
        Assert.Contains("1 caught, 1 not caught, 1 that do not compile, 1 timed out, 1 without a verdict", said);
        Assert.AreEqual(2, exitCode, said);
        foreach ((string name, int code) in new[] { ("caught", 0), ("survives", 1), ("broken", 2), ("dies", 2) })
        {
            Assert.AreEqual(code, (await RunAsync(tree, program, [name])).ExitCode, name);
        }
    }

    private async Task<string> BuildAsync(TemporaryDirectory tree)
    {
        string folder = tree.Below("Tests/Mutations");
        Directory.CreateDirectory(folder);
        Directory.CreateDirectory(tree.Below("Product"));
        Directory.CreateDirectory(tree.Below("bin"));
        await WriteAsync(tree.Below("Product/Code.cs"), "right");
        await WriteAsync(Path.Combine(folder, "mutations.txt"), "# Five." + string.Concat(
            Mutations.Select(name => $"\n\n== {name}\nProduct/Code.cs\nWhy.\n--\nright\n--\n{name}")));
        await WriteAsync(tree.Below("bin/dotnet"), Dotnet);
        await WriteAsync(tree.Below("bin/git"), Git);
        File.Copy(Path.Combine(Path.GetDirectoryName(Here())!, "Mutations", "mutate.cs"), Path.Combine(folder, "mutate.cs"));
        (int built, string said) = await RunAsync(
            tree, Path.Combine(DotnetRoot, "dotnet"), ["build", Path.Combine(folder, "mutate.cs"), "-o", tree.Below("mutate")], real: true);
        Assert.AreEqual(0, built, said);
        return tree.Below("mutate/mutate");
    }

    private async Task WriteAsync(string path, string text)
    {
        await File.WriteAllTextAsync(path, text + "\n", test.CancellationToken);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private async Task<(int ExitCode, string Said)> RunAsync(TemporaryDirectory tree, string program, string[] arguments, bool real = false)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = tree.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_ROOT"] = DotnetRoot;
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        if (!real)
        {
            start.Environment["PATH"] = $"{tree.Below("bin")}:{start.Environment["PATH"]}";
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(test.CancellationToken);
        string errors = await process.StandardError.ReadToEndAsync(test.CancellationToken);
        await process.WaitForExitAsync(test.CancellationToken);
        return (process.ExitCode, await output + errors);
    }

    // shared/Microsoft.NETCore.App/10.x.y is below it.
    private static string DotnetRoot => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    private static string Here([CallerFilePath] string path = "") => path;
}
