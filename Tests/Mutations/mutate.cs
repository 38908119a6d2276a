// Applies each mutation of mutations.txt to a copy of the tree, builds what it changed, runs the tests against it, and
// tells which mutations no test noticed.
//
//   dotnet run Tests/Mutations/mutate.cs                 all of them
//   dotnet run Tests/Mutations/mutate.cs -- quorum       only those with "quorum" in their name
//       --tests Storage,Client                           only these groups of tests
//       --minutes 20                                     how long the tests may take for each mutation (10)
//
// Exit code 0: a test failed for each; 1: some survived; 2: the list does not fit the code, or nobody can tell of some whether a test would notice: they do not compile, their tests
// timed out, or ended without one that failed.
#:property PublishAot=false
#:property TreatWarningsAsErrors=false
#:property EnforceCodeStyleInBuild=false
#:property RunAnalyzers=false

using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

const int TookTooLong = -1;
const string Groups = "Consensus,Replication,Storage,Stories,Coursework,Simulation,Client,Snapshots,Formats";

var names = args.ToList();
var filter = string.Join('|', TakeOption("--tests", Groups).Split(',').Select(group => $"FullyQualifiedName~Tests.{group}."));
var patience = TimeSpan.FromMinutes(double.Parse(TakeOption("--minutes", "10"), CultureInfo.InvariantCulture));
var root = Path.GetFullPath(Path.Combine(Here(), "..", ".."));
var mutations = Mutation.ReadAll(Path.Combine(Here(), "mutations.txt"))
    .Where(mutation => names.Count == 0 || names.Any(mutation.Name.Contains)).ToList();
var copy = Directory.CreateTempSubdirectory("mutations-").FullName;
try
{
    return await RunAllAsync();
}
finally
{
    Directory.Delete(copy, recursive: true);
}

async Task<int> RunAllAsync()
{
    foreach (var mutation in mutations)
    {
        if (mutation.Misfit(root) is { } misfit)
        {
            Console.Error.WriteLine(misfit);
            return 2;
        }
    }

    Console.WriteLine("building an unchanged copy …");
    await CopyTreeAsync();
    var (built, _) = await RunAsync(TimeSpan.FromMinutes(15), "dotnet", "build", "Tests", "-p:RunAnalyzers=false");
    var (clean, failing) = await TestAsync();
    if (built != 0 || clean != 0)
    {
        Console.Error.WriteLine($"The unchanged copy must build and pass first; failing: {string.Join(", ", failing)}");
        return 2;
    }

    var counts = new Dictionary<Verdict, int>();
    Console.WriteLine("| mutation | what would be wrong | caught by |");
    Console.WriteLine("|---|---|---|");
    foreach (var mutation in mutations)
    {
        var (verdict, shown) = await TryAsync(mutation);
        counts[verdict] = Count(verdict) + 1;
        Console.WriteLine($"| {mutation.Name} | {mutation.Why} | {shown} |");
    }

    var open = Count(Verdict.DoesNotCompile) + Count(Verdict.TimedOut) + Count(Verdict.None);
    Console.WriteLine(
        $"{Count(Verdict.Caught)} caught, {Count(Verdict.Survived)} not caught, {Count(Verdict.DoesNotCompile)} that do not compile, {Count(Verdict.TimedOut)} timed out, "
        + $"{Count(Verdict.None)} without a verdict");
    return open > 0 ? 2 : Count(Verdict.Survived) > 0 ? 1 : 0;

    int Count(Verdict verdict) => counts.GetValueOrDefault(verdict);
}

async Task<(Verdict Verdict, string Shown)> TryAsync(Mutation mutation)
{
    var project = mutation.File.Split('/')[0];
    var file = Path.Combine(copy, mutation.File);
    var original = await File.ReadAllTextAsync(file);
    var assembly = $"PaxosWcf.{project}.dll";
    var used = Path.Combine(copy, "artifacts/bin/Tests/debug", assembly);
    var kept = Path.Combine(copy, assembly);
    File.Copy(used, kept, overwrite: true);
    try
    {
        await File.WriteAllTextAsync(file, mutation.Apply(original));
        var (built, output) = await RunAsync(
            TimeSpan.FromMinutes(5), "dotnet", "build", project, "--no-restore", "-p:RunAnalyzers=false", "-p:TreatWarningsAsErrors=false");
        if (built != 0)
        {
            // That says nothing of the tests: nobody would have committed it.
            return built == TookTooLong
                ? (Verdict.None, "no verdict: the build had not ended")
                : (Verdict.DoesNotCompile, $"does not compile: {Regex.Match(output, "error [^\\[\n]*").Value.Trim()}");
        }

        // The public face is the same, so the tests need not be built again.
        File.Copy(Path.Combine(copy, $"artifacts/bin/{project}/debug", assembly), used, overwrite: true);
        var (exitCode, failing) = await TestAsync();
        return exitCode switch
        {
            0 => (Verdict.Survived, "**nothing**"),
            TookTooLong when failing.Count == 0 => (Verdict.TimedOut, $"timed out: the tests had not ended after {patience.TotalMinutes} minutes, and none had failed"),
            _ when failing.Count == 0 => (Verdict.None, $"no verdict: the tests ended with exit code {exitCode}, and none had failed"),
            _ => (Verdict.Caught, Shown(failing)),
        };
    }
    finally
    {
        await File.WriteAllTextAsync(file, original);
        File.Copy(kept, used, overwrite: true);
    }
}

async Task<(int ExitCode, List<string> Failing)> TestAsync()
{
    var (exitCode, output) = await RunAsync(
        patience, "dotnet", "artifacts/bin/Tests/debug/PaxosWcf.Tests.dll", "--filter", filter, "--no-progress");

    // Rows of data with a name of their own are shown by that, without the test's.
    return (exitCode, [.. Regex.Matches(output, @"(?m)^failed (\w+_\w+|.+(?= \())").Select(match => match.Groups[1].Value).Distinct()]);
}

string TakeOption(string option, string otherwise)
{
    var at = names.IndexOf(option);
    if (at < 0)
    {
        return otherwise;
    }

    var value = at + 1 < names.Count ? names[at + 1] : throw new ArgumentException($"{option} wants a value.");
    names.RemoveRange(at, 2);
    return value;
}

static string Shown(List<string> failing) =>
    string.Join(", ", failing.Take(2).Select(name => $"`{name}`")) + (failing.Count > 2 ? $" and {failing.Count - 2} more" : "");

async Task CopyTreeAsync()
{
    var (_, files) = await RunInAsync(root, TimeSpan.FromMinutes(1), "git", "ls-files");
    foreach (var name in files.Split('\n', StringSplitOptions.RemoveEmptyEntries))
    {
        var to = Path.Combine(copy, name);
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(Path.Combine(root, name), to);
    }
}

Task<(int ExitCode, string Output)> RunAsync(TimeSpan patience, string program, params string[] arguments) =>
    RunInAsync(copy, patience, program, arguments);

static async Task<(int ExitCode, string Output)> RunInAsync(
    string folder, TimeSpan patience, string program, params string[] arguments)
{
    using var process = Process.Start(new ProcessStartInfo(program, arguments)
    {
        WorkingDirectory = folder,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;
    var output = process.StandardOutput.ReadToEndAsync();
    var errors = process.StandardError.ReadToEndAsync();
    try
    {
        await process.WaitForExitAsync().WaitAsync(patience);
    }
    catch (TimeoutException)
    {
        process.Kill(entireProcessTree: true);
        return (TookTooLong, await output);
    }

    return (process.ExitCode, await output + await errors);
}

static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

internal enum Verdict
{
    /// <summary>A test failed.</summary>
    Caught,

    /// <summary>All tests passed.</summary>
    Survived,

    /// <summary>There was nothing to test.</summary>
    DoesNotCompile,

    /// <summary>The tests hung, or were too slow; none had failed.</summary>
    TimedOut,

    /// <summary>The tests ended otherwise, as when their process died; none had failed.</summary>
    None,
}

internal sealed record Mutation(string Name, string File, string Why, IReadOnlyList<(string Search, string Replace)> Changes)
{
    public static IEnumerable<Mutation> ReadAll(string path)
    {
        foreach (var part in System.IO.File.ReadAllText(path).Split("\n== ").Skip(1))
        {
            var lines = part.Split('\n', 4);
            var changes = lines[3].TrimEnd('\n').Split("\n## and\n").Select(ReadChange).ToList();
            yield return new Mutation(lines[0], lines[1], lines[2], changes);
        }
    }

    /// <summary>Says why the mutation cannot be applied, if so.</summary>
    public string? Misfit(string root)
    {
        var text = System.IO.File.ReadAllText(Path.Combine(root, File));
        var bad = Changes.FirstOrDefault(change => text.Split(change.Search).Length != 2);
        return bad == default ? null : $"{Name}: this must stand in {File} exactly once:\n{bad.Search}";
    }

    public string Apply(string text) => Changes.Aggregate(text, (now, change) => now.Replace(change.Search, change.Replace));

    private static (string Search, string Replace) ReadChange(string text)
    {
        var halves = ("\n" + text.TrimStart('\n') + "\n").Split("\n--\n");
        var search = halves.Length == 3 ? halves[1] : halves[0];
        return (search.Trim('\n'), halves[^1].Trim('\n'));
    }
}
