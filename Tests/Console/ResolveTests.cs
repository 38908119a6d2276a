using PaxosWcf.Tests.Client;

namespace PaxosWcf.Tests.Console;

/// <summary>The verb that tells what came of a write in doubt.</summary>
[TestClass]
public sealed class ResolveTests
{
    [TestMethod]
    public async Task Put_InDoubt_NamesTheVerbThatTells()
    {
        using ConsoleUnderTest console = new();
        console.Cluster.Always = Mishap.AnswerLost;
        console.Cluster.AlwaysFor = "put";
        Assert.AreEqual(3, await console.RunAsync("put", "k", "v", "--timeout", "100ms"));
        Assert.Contains("\"resolve session-1 1\" tells", console.Error);

        console.Cluster.Always = null;
        Assert.AreEqual(0, await console.RunAsync("resolve", "session-1", "1"), console.Error);
        Assert.Contains("it took effect: a put, at revision 1", console.Text);
    }

    [TestMethod]
    public async Task Resolve_OfWhatHasNotCome_SaysThatItNeverWill()
    {
        using ConsoleUnderTest console = new();
        await console.RunAsync("put", "k", "v");

        Assert.AreEqual(1, await console.RunAsync("resolve", "session-1", "2", "--json"));
        Assert.Contains("\"outcome\":\"notApplied\"", console.Text);
        Assert.AreEqual(3, await console.RunAsync("resolve", "nobody's", "1"));
        Assert.Contains("nobody can tell any more", console.Text);
    }

    [TestMethod]
    [DataRow("0")]
    [DataRow("one")]
    [DataRow("-1")]
    public async Task Resolve_SequenceThatIsNone_IsRefused(string sequence)
    {
        using ConsoleUnderTest console = new();

        Assert.AreEqual(2, await console.RunAsync("resolve", "session-1", sequence));
        Assert.Contains(sequence, console.Error);
        Assert.IsEmpty(console.Cluster.Calls);
    }
}
