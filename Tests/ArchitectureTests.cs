using System.Reflection;

namespace PaxosWcf.Tests;

/// <summary>The arrows between projects, as ARCHITECTURE.md draws them.</summary>
[TestClass]
public sealed class ArchitectureTests
{
    [TestMethod]
    [DataRow("Consensus", "")]
    [DataRow("Contracts", "")]
    [DataRow("Replication", "Consensus")]
    [DataRow("History", "")]
    [DataRow("Simulator", "Client Consensus Contracts History Replication")]
    [DataRow("Client", "Contracts History")]
    [DataRow("Processes", "Client Contracts")]
    [DataRow("ClientApp", "Client Contracts History Processes")]
    [DataRow("Nemesis", "Client ClientApp Contracts History Processes Replication")]
    [DataRow("ReplicaHost", "Consensus Contracts Replication")]
    [DataRow("Benchmarks", "Client Consensus Contracts History Processes ReplicaHost Replication")]
    public void Project_ReferencesOnlyWhatItMay(string project, string mayReference)
    {
        var allowed = mayReference.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => $"PaxosWcf.{name}");

        var referenced = ReferencesOf(project).Where(name => name.StartsWith("PaxosWcf.", StringComparison.Ordinal));

        Assert.IsEmpty(referenced.Except(allowed), $"{project} references a project that it must not know");
    }

    [TestMethod]
    public void Consensus_ReferencesNoPackageAndNoInputOutput()
    {
        string[] pure = ["System.Runtime", "System.Collections", "System.Linq", "System.Memory"];

        Assert.IsEmpty(ReferencesOf("Consensus").Except(pure), "the core is pure: nothing but the language's own library");
    }

    [TestMethod]
    public void Projects_NoneIsCalledByAWordThatSaysNothing()
    {
        string[] empty = ["Common", "Utils", "Utilities", "Helpers", "Shared", "Misc"];
        string[] projects =
        [
            "Consensus", "Replication", "Contracts", "History", "ReplicaHost", "Client", "Processes", "ClientApp", "Nemesis", "Simulator",
            "Benchmarks",
        ];
        var names = projects
            .Select(project => Assembly.Load($"PaxosWcf.{project}"))
            .SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => (type.Namespace ?? "").Split('.'))
            .Distinct();

        Assert.IsEmpty(names.Intersect(empty));
    }

    private static IEnumerable<string> ReferencesOf(string project) =>
        Assembly.Load($"PaxosWcf.{project}").GetReferencedAssemblies().Select(reference => reference.Name!);
}
