using System.Text;

namespace PaxosWcf.Tests.Console;

/// <summary>The verb put: by a lease, and of text that looks like its option.</summary>
[TestClass]
public sealed class PutTests
{
    private const string Lease = "1-0-0123456789abcdef";

    [TestMethod]
    [DataRow("put k v --lease " + Lease)]
    [DataRow("put --lease " + Lease + " k v", DisplayName = "on the command line options may come first")]
    public async Task Put_ByALease_SaysWhatPutSaysAndTheKeyIsTheLeases(string line)
    {
        using var console = new ConsoleUnderTest();
        console.Cluster.Leases.Grant(30);

        Assert.AreEqual(0, await console.RunAsync(line.Split(' ')), console.Error);
        Assert.AreEqual(0, await console.RunAsync(line.Split(' ')), console.Error);

        Assert.AreEqual("created at revision 1\nreplaced at revision 2\n", console.Out);
        Assert.AreSequenceEqual(["k"], console.Cluster.Leases.Get(Lease).Keys!);
        Assert.AreEqual("v", Value(console));
    }

    [TestMethod]
    public async Task Put_WithoutALease_IsThePutOfTheStoreAndTheKeyIsNobodys()
    {
        using var console = new ConsoleUnderTest();
        console.Cluster.Leases.Grant(30);
        console.Cluster.Put("k", "v"u8.ToArray(), Lease);

        Assert.AreEqual(0, await console.RunAsync("put", "k", "w"), console.Error);

        Assert.AreEqual("put", Assert.ContainsSingle(console.Cluster.Mutations).Operation);
        Assert.IsEmpty(console.Cluster.Leases.Get(Lease).Keys!);
    }

    [TestMethod]
    public async Task Put_ByALeaseThatIsOver_WritesNothingWithExitCode1()
    {
        using var console = new ConsoleUnderTest();

        Assert.AreEqual(1, await console.RunAsync("put", "k", "v", "--lease", "1-0-a"));

        Assert.StartsWith("There is no lease 1-0-a:", console.Error);
        Assert.AreEqual("", console.Text);
        Assert.AreEqual(0, console.Cluster.Revision);
    }

    [TestMethod]
    [DataRow("put -- k --lease", "--lease")]
    [DataRow("put k --lesae", "--lesae")]
    [DataRow("put k -- --json", "--json")]
    public async Task Put_ValueThatLooksLikeAnOption_IsAValue(string line, string value)
    {
        using var console = new ConsoleUnderTest();

        Assert.AreEqual(0, await console.RunAsync(line.Split(' ')), console.Error);

        Assert.AreEqual(value, Value(console));
    }

    /// <summary>Two words are key and value.</summary>
    [TestMethod]
    [DataRow("put k --lease", "k", "--lease")]
    [DataRow("put k \"--lease\"", "k", "--lease")]
    [DataRow("put --lease v", "--lease", "v")]
    [DataRow("put --lease --lease --lease " + Lease, "--lease", "--lease")]
    public async Task Put_InALine_IsReadByPlace(string line, string key, string value)
    {
        using var prompt = new ConsoleUnderTest { Input = line + "\n" };
        using var script = new ConsoleUnderTest { Input = line + "\n" };
        using var batch = new ConsoleUnderTest { Input = line + "\n" };
        foreach (ConsoleUnderTest console in new[] { prompt, script, batch })
        {
            console.Cluster.Leases.Grant(30);
        }

        Assert.AreEqual(0, await prompt.RunAsync(), prompt.Error);
        Assert.AreEqual(0, await script.RunAsync("run", "-"), script.Error);
        Assert.AreEqual(0, await batch.RunAsync("batch", "-"), batch.Error);

        foreach (ConsoleUnderTest console in new[] { prompt, script, batch })
        {
            Assert.AreEqual(value, Value(console, key));
            Assert.HasCount(line.EndsWith(Lease, StringComparison.Ordinal) ? 1 : 0, console.Cluster.Leases.Get(Lease).Keys!);
        }
    }

    [TestMethod]
    public async Task Batch_WithMoreWordsThanAPutHas_IsRefusedAndNothingIsWritten()
    {
        using var console = new ConsoleUnderTest { Input = "put k v\nput l v w\nput m v --lease a/b\n" };

        Assert.AreEqual(2, await console.RunAsync("batch", "-"));

        Assert.Contains("line 2: put takes no more than 2 arguments, here are 3", console.Error);
        Assert.Contains("line 3: \"a/b\" is no lease;", console.Error);
        Assert.IsEmpty(console.Cluster.Calls);
    }

    /// <summary>Whoever reads the key would find what nobody put, or miss what somebody did.</summary>
    [TestMethod]
    public async Task Run_WithAHistory_RefusesAPutByALease()
    {
        string history = Path.Combine(Directory.CreateTempSubdirectory("paxoswcf-test-").FullName, "history");
        using var console = new ConsoleUnderTest { Input = $"put k v\nput l v --lease {Lease}\n" };
        console.Cluster.Leases.Grant(30);

        Assert.AreEqual(1, await console.RunAsync("run", "-", "--history", history));

        Assert.StartsWith("line 2: ", console.Error);
        Assert.Contains("A history cannot tell of a key that goes with a lease", console.Error);
        Assert.AreEqual(1, console.Cluster.Revision);
    }

    private static string Value(ConsoleUnderTest console, string key = "k") => Encoding.UTF8.GetString(console.Cluster.Get(key).Value!);
}
