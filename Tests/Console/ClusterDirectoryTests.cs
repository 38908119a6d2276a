using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.Console;

/// <summary>Where the replicas of a run keep their data.</summary>
[TestClass]
public sealed class ClusterDirectoryTests
{
    public required TestContext TestContext { get; set; }

    [TestMethod]
    public async Task Chaos_WhereAnEarlierRunWas_IsRefusedAndNothingIsTouched()
    {
        using var directory = new TemporaryDirectory();
        string left = directory.Below("servers.xml");
        await File.WriteAllTextAsync(left, "of an earlier run", TestContext.CancellationToken);
        using var console = new ConsoleUnderTest();

        Assert.AreEqual(2, await console.RunAsync("chaos", "--data", directory.Path, "--replica-host", left));

        Assert.AreEqual(
            $"The data directory \"{directory.Path}\" is not empty; name another, or remove what an earlier run left in it.\n", console.Error);
        Assert.AreEqual("of an earlier run", await File.ReadAllTextAsync(left, TestContext.CancellationToken));
    }

    [TestMethod]
    public void Directory_EmptyOrNotThere_IsTaken()
    {
        using var directory = new TemporaryDirectory();

        using ClusterDirectory empty = ClusterDirectory.OpenNew(directory.Path);
        using ClusterDirectory made = ClusterDirectory.OpenNew(directory.Below("new"));

        Assert.AreEqual(directory.Path, empty.Root);
        Assert.IsTrue(Directory.Exists(made.Root));
    }
}
