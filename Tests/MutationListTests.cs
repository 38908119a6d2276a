using System.Runtime.CompilerServices;

namespace PaxosWcf.Tests;

/// <summary>The list of mutations fits the code of today; that each is caught is for Tests/Mutations/mutate.cs to say.</summary>
[TestClass]
public sealed class MutationListTests
{
    [TestMethod]
    public void Mutations_WhatTheyReplace_StandsInTheCodeOnce()
    {
        var tests = Path.GetDirectoryName(Here())!;
        var mutations = File.ReadAllText(Path.Combine(tests, "Mutations", "mutations.txt")).Split("\n== ").Skip(1).ToList();
        Assert.IsGreaterThan(100, mutations.Count);
        foreach (var mutation in mutations)
        {
            var lines = mutation.Split('\n', 4);
            var code = File.ReadAllText(Path.Combine(tests, "..", lines[1]));
            foreach (var change in lines[3].TrimEnd('\n').Split("\n## and\n"))
            {
                var search = ("\n" + change.TrimStart('\n') + "\n").Split("\n--\n")[^2].Trim('\n');
                Assert.HasCount(2, code.Split(search), $"{lines[0]}: this must stand in {lines[1]} exactly once:\n{search}");
            }
        }
    }

    [TestMethod]
    public void Mutations_AreCounted_AndEachHasItsRow()
    {
        var folder = Path.Combine(Path.GetDirectoryName(Here())!, "Mutations");
        string[] names = [.. File.ReadLines(Path.Combine(folder, "mutations.txt")).Where(line => line.StartsWith("== ", StringComparison.Ordinal)).Select(line => line[3..])];
        var readme = File.ReadAllText(Path.Combine(folder, "README.md"));
        Assert.Contains($"lists {names.Length} wrong lines", readme);
        foreach (var name in names)
        {
            Assert.Contains($"\n| {name} | ", readme);
        }
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
