namespace PaxosWcf.Tests.Console;

/// <summary>The verb that shows which keys there are.</summary>
[TestClass]
public sealed class KeysTests
{
    [TestMethod]
    [DataRow("keys", "a b/1 b/2 b/3")]
    [DataRow("keys b/", "b/1 b/2 b/3")]
    [DataRow("keys --from b/2", "b/2 b/3")]
    [DataRow("keys b --until b/3", "b/1 b/2")]
    [DataRow("keys --limit 2", "a b/1")]
    [DataRow("keys nobody", "")]
    public async Task Keys_Piped_OneALineAndNothingElse(string line, string keys)
    {
        using ConsoleUnderTest console = WithKeys();

        Assert.AreEqual(0, await console.RunAsync(line.Split(' ')), console.Error);

        Assert.AreEqual(keys.Length == 0 ? "" : keys.Replace(' ', '\n') + "\n", console.Text);
        Assert.AreEqual("", console.Error);
    }

    [TestMethod]
    public async Task Keys_WithValuesOnATerminal_IsATable()
    {
        using ConsoleUnderTest console = WithKeys();
        console.OutIsTerminal = true;

        Assert.AreEqual(0, await console.RunAsync("keys", "b/", "--values", "--limit", "1"), console.Error);

        Assert.Contains("│ b/1 │", console.Out);
        Assert.Contains("one", console.Out);
    }

    /// <summary>A frame would cut numbers in two.</summary>
    [TestMethod]
    public async Task Keys_OnATerminalThatIsTooNarrow_HaveNoFrame()
    {
        using ConsoleUnderTest console = WithKeys();
        console.OutIsTerminal = true;
        console.Cluster.Put($"b/0{new string('k', 70)}", "zero"u8.ToArray());

        Assert.AreEqual(0, await console.RunAsync("keys", "b/0", "--values"), console.Error);

        Assert.DoesNotContain("│", console.Out);
        Assert.Contains($"b/0{new string('k', 70)}  ", console.Out);
    }

    [TestMethod]
    public async Task Keys_Json_OneObjectForEachPage()
    {
        using ConsoleUnderTest console = WithKeys();

        Assert.AreEqual(0, await console.RunAsync("keys", "--json", "--values", "--limit", "3"), console.Error);

        string[] pages = console.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.HasCount(2, pages);
        Assert.Contains("\"more\":true,\"keys\":[{\"key\":\"a\",\"createRevision\":1,\"modificationRevision\":1,\"version\":1,\"value\":\"x\",\"encoding\":\"utf-8\"}", pages[0]);
        Assert.StartsWith("{\"verb\":\"keys\",\"ok\":true,\"replica\":", pages[1]);
    }

    [TestMethod]
    [DataRow("keys a b")]
    [DataRow("keys --limit 0")]
    public async Task Keys_AskedWrongly_IsRefused(string line)
    {
        using ConsoleUnderTest console = WithKeys();

        Assert.AreEqual(2, await console.RunAsync(line.Split(' ')));

        Assert.IsEmpty(console.Cluster.Calls);
    }

    // A page of the fake has two keys at most.
    private static ConsoleUnderTest WithKeys()
    {
        var console = new ConsoleUnderTest();
        console.Cluster.Put("a", "x"u8.ToArray());
        console.Cluster.Put("b/1", "one"u8.ToArray());
        console.Cluster.Put("b/2", "two"u8.ToArray());
        console.Cluster.Put("b/3", "three"u8.ToArray());
        return console;
    }
}
