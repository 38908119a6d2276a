using PaxosWcf.ClientApp;
using PaxosWcf.Tests.Client;

namespace PaxosWcf.Tests.Console;

/// <summary>The verb delete, of all keys that begin alike. A page of the fake has two keys at most.</summary>
[TestClass]
public sealed class DeletePrefixTests
{
    [TestMethod]
    [DataRow("delete b/ --prefix")]
    [DataRow("delete --prefix b/")]
    public async Task Delete_OfAPrefix_RemovesThoseKeysPageByPage(string line)
    {
        using ConsoleUnderTest console = WithKeys();

        Assert.AreEqual(0, await console.RunAsync(line.Split(' ')), console.Error);

        Assert.AreEqual("3 keys deleted, now at revision 8\n", console.Out);
        Assert.AreSequenceEqual(["a", "c"], Left(console));
        Assert.AreSequenceEqual(["batch", "batch"], console.Cluster.Mutations.Select(call => call.Operation).ToArray());
    }

    /// <summary>An option without a value takes none, whatever a key is called.</summary>
    [TestMethod]
    public async Task Delete_OfAPrefixThatIsAWordForYes_IsThatPrefix()
    {
        using ConsoleUnderTest console = WithKeys();
        console.Cluster.Put("true/1", [1]);

        Assert.AreEqual(0, await console.RunAsync("delete", "--prefix", "true"), console.Error);

        Assert.AreEqual("1 key deleted, now at revision 7\n", console.Out);
    }

    [TestMethod]
    public async Task Delete_OfAPrefixThatNoKeyHas_IsNotFound()
    {
        using ConsoleUnderTest console = WithKeys();

        Assert.AreEqual(1, await console.RunAsync("delete", "nobody", "--prefix"));

        Assert.AreEqual("not found\n", console.Out);
        Assert.IsEmpty(console.Cluster.Mutations);
    }

    [TestMethod]
    public async Task Delete_OfAll_RemovesAll()
    {
        using ConsoleUnderTest console = WithKeys();

        Assert.AreEqual(0, await console.RunAsync("delete", "", "--prefix", "--all"), console.Error);

        Assert.AreEqual("5 keys deleted, now at revision 10\n", console.Out);
        Assert.IsEmpty(Left(console));
    }

    [TestMethod]
    [DataRow("delete  --prefix", "All keys begin with an empty prefix: if all are to go, say delete \"\" --prefix --all.")]
    [DataRow("delete b/ --prefix --all", "--all is for all keys there are: delete \"\" --prefix --all.")]
    [DataRow("delete  --all", "--all is for all keys there are:")]
    [DataRow("delete a --all", "--all is for all keys there are:")]
    [DataRow("delete", "Required argument 'KEY' missing")]
    public async Task Delete_OfWhatMayNotBeMeant_IsRefusedBeforeAnythingIsSent(string line, string sentence)
    {
        using ConsoleUnderTest console = WithKeys();

        Assert.AreEqual(2, await console.RunAsync(line.Split(' ')));

        Assert.StartsWith(sentence, console.Error);
        Assert.IsEmpty(console.Cluster.Calls);
    }

    /// <summary>What is left is newer than what a replica that lags has.</summary>
    [TestMethod]
    public async Task Delete_OfAPrefix_ReadsTheNewestStateWhateverReadsAreContentWith()
    {
        using ConsoleUnderTest console = WithKeys();

        Assert.AreEqual(0, await console.RunAsync("delete", "b", "--prefix", "--consistency", "serializable"), console.Error);

        Assert.Contains("range Linearizable", console.Cluster.Calls.Select(call => call.Operation));
        Assert.DoesNotContain("range Serializable", console.Cluster.Calls.Select(call => call.Operation));
    }

    [TestMethod]
    public async Task Delete_OfAPrefixInAScript_IsOneOperationAndInABatchNone()
    {
        using ConsoleUnderTest script = WithKeys();
        script.Input = "delete b/ --prefix\nget c\n";
        script.OutIsTerminal = true;
        using ConsoleUnderTest batch = WithKeys();
        batch.Input = "delete b/ --prefix\n";

        Assert.AreEqual(0, await script.RunAsync("run", "-"), script.Error);
        Assert.AreEqual(2, await batch.RunAsync("batch", "-"));

        Assert.Contains("line 1: delete b/ --prefix: 3 keys deleted, now at revision 8\n", script.Out);
        Assert.Contains("line 1: A batch deletes keys one by one;", batch.Error);
        Assert.IsEmpty(batch.Cluster.Calls);
    }

    [TestMethod]
    [DataRow("delete --prefix", "", "--prefix")]
    [DataRow("delete --prefix b/", "The options of delete come behind its key: delete KEY --prefix.", null)]
    [DataRow("delete a b", "delete takes no more than 1 argument, here are 2: delete KEY, or delete KEY --prefix.", null)]
    public async Task Delete_InALine_IsReadByPlace(string line, string sentence, string? gone)
    {
        using ConsoleUnderTest console = WithKeys();
        console.Cluster.Put("--prefix", [1]);
        string[] before = Left(console);
        console.Input = line + "\n";

        Assert.AreEqual(gone is null ? 1 : 0, await console.RunAsync());

        Assert.StartsWith(sentence, console.Error);
        Assert.AreSequenceEqual(before.Where(key => key != gone).ToArray(), Left(console));
    }

    [TestMethod]
    public async Task Delete_OfAPrefixOnATerminal_ShowsNothingButTheEnd()
    {
        using ConsoleUnderTest console = WithKeys();
        console.OutIsTerminal = true;

        Assert.AreEqual(0, await console.RunAsync("delete", "b/", "--prefix"), console.Error);

        Assert.EndsWith("3 keys deleted, now at revision 8\n", console.Out);
        Assert.AreSequenceEqual(["a", "c"], Left(console));
    }

    [TestMethod]
    [DataRow(Mishap.NoQuorum, 3, "StoreUnavailable", "It had no effect. Last: replica", false)]
    [DataRow(Mishap.AnswerLost, 3, "OutcomeUnknown", "It may or may not have taken effect.", true)]
    public async Task Delete_OfAPrefixFailsHalfway_SaysHowManyAreGone(object mishap, int exitCode, string error, string reason, bool isInDoubt)
    {
        foreach (bool json in new[] { false, true })
        {
            using ConsoleUnderTest console = WithKeys();
            FailSecondStep(console, () => (console.Cluster.Always, console.Cluster.AlwaysFor) = ((Mishap)mishap, "batch"));

            Assert.AreEqual(exitCode, await console.RunAsync(["delete", "b/", "--prefix", "--timeout", "300ms", .. json ? ["--json"] : Array.Empty<string>()]));

            string said = json ? console.Out : console.Error;
            string more = isInDoubt ? ", and what comes of a step of 1 key that was under way is not known" : "";
            Assert.Contains(reason, said);
            Assert.Contains($"Before that 2 keys had been deleted{more}. The same command deletes what is left.", said);
            Assert.DoesNotContain("resolve", said);
            Assert.AreEqual(json, said.Contains($"\"ok\":false,\"error\":\"{error}\",", StringComparison.Ordinal));
            Assert.AreEqual(json, said.Contains("\"prefix\":\"b/\",\"deleted\":2}", StringComparison.Ordinal));
        }
    }

    [TestMethod]
    public async Task Delete_OfAPrefixInterrupted_SaysHowManyAreGone()
    {
        using ConsoleUnderTest console = WithKeys();
        using var interrupts = new Interrupts();
        FailSecondStep(console, interrupts.Interrupt);

        Assert.AreEqual(130, await console.RunAsync(interrupts, "delete", "b/", "--prefix"));

        Assert.StartsWith("Interrupted. Before that 2 keys had been deleted", console.Error);
    }

    private static void FailSecondStep(ConsoleUnderTest console, Action fail)
    {
        int steps = 0;
        console.Cluster.Heard = (_, operation) =>
        {
            steps += operation.StartsWith("range", StringComparison.Ordinal) ? 1 : 0;
            if (steps == 2)
            {
                fail();
            }
        };
    }

    private static string[] Left(ConsoleUnderTest console)
    {
        var left = new List<string>();
        for (string? next = ""; next is not null;)
        {
            var page = console.Cluster.Range("", next, null, 2, keysOnly: true);
            left.AddRange(page.Keys.Select(key => key.Key));
            next = page.More ? page.Next : null;
        }

        return [.. left];
    }

    private static ConsoleUnderTest WithKeys()
    {
        var console = new ConsoleUnderTest();
        foreach (string key in new[] { "a", "b/1", "b/2", "b/3", "c" })
        {
            console.Cluster.Put(key, [1]);
        }

        return console;
    }
}
