using System.Text;
using PaxosWcf.ClientApp;

namespace PaxosWcf.Tests.Console;

/// <summary>The verb that writes a key if it holds what is expected.</summary>
[TestClass]
public sealed class CasTests
{
    [TestMethod]
    [DataRow("cas k old new", 0, "replaced at revision 2", "new")]
    [DataRow("cas k other new", 1, "nothing written: the key is of revision 1, version 1", "old")]
    [DataRow("cas k new --absent", 1, "nothing written: the key is of revision 1, version 1", "old")]
    [DataRow("cas l new --absent", 0, "created at revision 2", "old")]
    [DataRow("cas k old --delete", 0, "deleted at revision 2", null)]
    [DataRow("cas k other --delete", 1, "nothing written: the key is of revision 1, version 1", "old")]
    [DataRow("cas l other --delete", 1, "nothing written: the key is not there", "old")]
    [DataRow("cas l --absent --delete", 0, "not there", "old")]
    [DataRow("cas --absent l new", 0, "created at revision 2", "old", DisplayName = "on the command line options may come first")]
    public async Task Cas_EveryCase_SaysWhatCameOfIt(string line, int exitCode, string said, string? left)
    {
        using var console = new ConsoleUnderTest();
        console.Cluster.Put("k", "old"u8.ToArray());

        Assert.AreEqual(exitCode, await console.RunAsync(line.Split(' ')), console.Error);

        Assert.AreEqual(said + "\n", console.Out);
        Assert.AreEqual(left, console.Cluster.Get("k") is { Found: true } got ? Encoding.UTF8.GetString(got.Value!) : null);
    }

    [TestMethod]
    [DataRow("cas k old new --absent")]
    [DataRow("cas k old")]
    [DataRow("cas k")]
    [DataRow("cas k old new --delete")]
    [DataRow("cas k old --absent --delete")]
    public async Task Cas_WithTooManyOrTooFewValues_IsRefused(string line)
    {
        using var console = new ConsoleUnderTest();

        Assert.AreEqual(2, await console.RunAsync(line.Split(' ')));

        Assert.Contains("cas wants KEY EXPECTED NEW", console.Error);
        Assert.IsEmpty(console.Cluster.Calls);
    }

    /// <summary>Behind -- it is text, and must not be taken for the option.</summary>
    [TestMethod]
    public async Task Cas_OptionAsText_IsRefusedAndNothingIsDeleted()
    {
        using var console = new ConsoleUnderTest();
        console.Cluster.Put("k", "old"u8.ToArray());

        using var interrupts = new Interrupts();
        var program = new ConsoleProgram(console.Io(), interrupts, console.Connect);

        Assert.AreEqual(2, await program.RunAsync(["cas", "--servers", ServersXml.Path, "--", "k", "old", "--delete"]));

        Assert.Contains("--delete is an option of cas", console.Error);
        Assert.IsTrue(console.Cluster.Get("k").Found);
    }

    /// <summary>By the time the verb looks, quotes are gone.</summary>
    [TestMethod]
    [DataRow("cas k old \"--delete\"")]
    [DataRow("CAS k old \"--delete\"")]
    [DataRow("cas k '--absent' new")]
    [DataRow("cas --absent k new")]
    public async Task Cas_OptionAsTextInALine_IsRefusedAndNothingIsWritten(string line)
    {
        using var console = new ConsoleUnderTest { Input = line + "\n" };
        console.Cluster.Put("k", "old"u8.ToArray());

        Assert.AreEqual(1, await console.RunAsync());

        Assert.IsTrue(console.Cluster.Get("k").Found);
        Assert.AreEqual(1, console.Cluster.Revision);
    }

    [TestMethod]
    public async Task Cas_AtThePromptAndInAScript_IsCountedApartFromWhatWasNotFound()
    {
        using var prompt = new ConsoleUnderTest { Input = "cas k v --absent\ncas k \"a b\" w\ncas k v --delete\n" };
        using var script = new ConsoleUnderTest { Input = "cas k v --absent\ncas k x y\nget l\n" };

        Assert.AreEqual(0, await prompt.RunAsync(), prompt.Error);
        Assert.AreEqual(0, await script.RunAsync("run", "-"), script.Error);

        Assert.AreEqual("created at revision 1\nnothing written: the key is of revision 1, version 1\ndeleted at revision 2\n", prompt.Out);
        Assert.Contains("3 operations: 3 done (1 not found, 1 not held), 0 failed", script.Out);
    }
}
