namespace PaxosWcf.Tests.Console;

/// <summary>The verb batch.</summary>
[TestClass]
public sealed class BatchTests
{
    [TestMethod]
    public async Task Batch_OfAScript_IsOneMutation()
    {
        using var console = new ConsoleUnderTest { Input = "# two of them\nput apple red\n\ndelete \"no such\" # not there\n" };

        Assert.AreEqual(0, await console.RunAsync("batch", "-"), console.Error);

        Assert.AreEqual("2 operations applied in one step, now at revision 1\n", console.Text);
        Assert.HasCount(1, console.Cluster.Mutations);
    }

    [TestMethod]
    public async Task Batch_Json_HasEachOperation()
    {
        using var console = new ConsoleUnderTest { Input = "put apple red\ndelete apple\n" };

        Assert.AreEqual(0, await console.RunAsync("batch", "-", "--json"), console.Error);

        Assert.StartsWith("{\"verb\":\"batch\",\"ok\":true,\"replica\":", console.Text);
        Assert.Contains(
            "\"revision\":2,\"slot\":2,\"operations\":[{\"verb\":\"put\",\"key\":\"apple\",\"found\":false,\"revision\":1},"
            + "{\"verb\":\"delete\",\"key\":\"apple\",\"found\":true,\"revision\":2}]}",
            console.Text);
    }

    [TestMethod]
    public async Task Batch_BadLines_AllNamedAndNothingSent()
    {
        using var console = new ConsoleUnderTest { Input = "put a 1\nget a\nput \"\" 1\nfetch a\n" };

        Assert.AreEqual(2, await console.RunAsync("batch", "-"));

        Assert.Contains("Nothing was done.\nline 2: get is no part of a batch; put and delete are.", console.Error);
        Assert.Contains("line 3: The key is missing or empty", console.Error);
        Assert.Contains("line 4: There is no verb \"fetch\".", console.Error);
        Assert.IsEmpty(console.Cluster.Calls);
    }

    [TestMethod]
    public async Task Batch_Empty_IsRefused()
    {
        using var console = new ConsoleUnderTest { Input = "# nothing\n" };

        Assert.AreEqual(2, await console.RunAsync("batch", "-"));

        Assert.Contains("A batch has 1..1024 operations; this one has 0.", console.Error);
    }
}
