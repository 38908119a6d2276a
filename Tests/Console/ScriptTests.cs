using System.Text.RegularExpressions;
using PaxosWcf.ClientApp;
using PaxosWcf.Tests.Client;

namespace PaxosWcf.Tests.Console;

[TestClass]
public sealed partial class ScriptTests
{
    public static IEnumerable<object[]> GoodLines =>
    [
        ["", ""],
        ["   # only a comment", ""],
        ["put k v", "put|k|v"],
        ["put k v # and a comment", "put|k|v"],
        ["put k v#1", "put|k|v#1"],
        ["put \"a key\" 'a value'", "put|a key|a value"],
        ["put k \"\\\"\\\\\\n\\t\"", "put|k|\"\\\n\t"],
        ["put k '\\n'", "put|k|\\n"],
        ["put k \"\"", "put|k|"],
        ["put k pre\"mid dle\"post", "put|k|premid dlepost"],
        ["\tput\tk\tv\t", "put|k|v"],
    ];

    [TestMethod]
    [DynamicData(nameof(GoodLines))]
    public void Tokenizer_Line_IsSplitIntoWords(string line, string words)
    {
        Assert.AreEqual(words, string.Join('|', LineTokenizer.Split(line)));
    }

    [TestMethod]
    [DataRow("put k \"v", "The quote \" at column 7 is never closed.")]
    [DataRow("put k 'v", "The quote ' at column 7 is never closed.")]
    [DataRow("put k \"\\x\"", "\\x at column 8 is no escape; there are \\\" \\\\ \\n \\t.")]
    [DataRow("put k \"v\\", "The line ends in the escape at column 9.")]
    [DataRow("fetch k", "There is no verb \"fetch\". The verbs are put, get, delete, contains, cas, prepopulate, fail, revive, cut, delay, heal.")]
    [DataRow("k put v", "There is no verb \"k\".")]
    [DataRow("put k", "put wants VALUE, or --file PATH, behind KEY.")]
    [DataRow("put k v w", "put takes no more than 2 arguments, here are 3: put KEY VALUE, or put KEY --file PATH; --lease ID behind it.")]
    [DataRow("put k v --lesae 1-0-a", "put takes no more than 2 arguments, here are 4: ")]
    [DataRow("put k v --lease", "--lease wants a lease behind it.")]
    [DataRow("put k v --lease a/b", "\"a/b\" is no lease;")]
    [DataRow("put k --lease 1-0-a", "put wants VALUE, or --file PATH, behind KEY.")]
    [DataRow("put k v --file f", "put takes VALUE or --file PATH, not both")]
    [DataRow("put k v --lease 1-0-a --file f", "put takes VALUE or --file PATH, not both")]
    [DataRow("put k --file f --lease", "--lease wants a lease behind it.")]
    [DataRow("get k --file", "--file wants a path behind it.")]
    [DataRow("lock k", "Scripts do not take lock: give it on the command line, or at the prompt.")]
    [DataRow("get a b", "get takes no more than 1 argument, here are 2: get KEY, or get KEY --file PATH.")]
    public void ScriptLine_Bad_HasASentence(string line, string sentence)
    {
        Assert.StartsWith(sentence, ScriptLine.Parse(1, line)?.Problem ?? "");
    }

    // The ported client skipped input that did not start with a verb, without a word.
    [TestMethod]
    public async Task Run_BadLinesAmongGood_EachNamedAndTheRestGoesOn()
    {
        using var console = new ConsoleUnderTest
        {
            Input = """
                # a script
                put apple red
                apple put red
                get apple

                get pear
                put "open
                delete apple
                """,
        };

        Assert.AreEqual(1, await console.RunAsync("run", "-"));

        Assert.AreEqual(
            """
            line 2: put apple red: created at revision 1
            line 4: get apple: red
            line 6: get pear: not found
            line 8: delete apple: deleted at revision 2
            6 operations: 4 done (1 not found), 2 failed, in T s; p50 T ms, p95 T ms, p99 T ms, max T ms

            """.ReplaceLineEndings("\n"),
            Times().Replace(console.Out, "T"));
        Assert.AreEqual(
            """
            line 3: There is no verb "apple". The verbs are put, get, delete, contains, cas, prepopulate, fail, revive, cut, delay, heal.
            line 7: The quote " at column 5 is never closed.

            """.ReplaceLineEndings("\n"),
            console.Error);
    }

    [TestMethod]
    public async Task Run_StoreUnavailableForOneLine_TheRestGoesOn()
    {
        using var console = new ConsoleUnderTest { Input = "contains a\nget b\nget c\n" };
        (console.Cluster.Always, console.Cluster.AlwaysFor) = (Mishap.Refused, "contains");

        Assert.AreEqual(1, await console.RunAsync("run", "-", "--timeout", "60ms", "--quiet"));

        Assert.Contains("line 1: contains a: No replica gave an answer", console.Error);
        Assert.Contains("3 operations: 2 done (2 not found), 1 failed", console.Out);
    }

    /// <summary>Before the next line, which would have the store forget it.</summary>
    [TestMethod]
    [DataRow(Mishap.AnswerLost, "It was asked what came of it: it took effect: a put, at revision 1.", "applied")]
    [DataRow(Mishap.OutcomeUnknown, "It was asked what came of it: it has no effect, and never will.", "notApplied")]
    public async Task Run_LineInDoubt_IsResolvedBeforeTheNext(object mishap, string sentence, string outcome)
    {
        foreach (bool json in new[] { false, true })
        {
            using var console = new ConsoleUnderTest { Input = "put a 1\nput b 2\n" };
            console.Cluster.Heard = (_, operation) => (console.Cluster.Always, console.Cluster.AlwaysFor) = operation switch
            {
                "open session" => ((Mishap)mishap, "put"),
                "resolve" => (null, ""),
                _ => (console.Cluster.Always, console.Cluster.AlwaysFor),
            };

            Assert.AreEqual(1, await console.RunAsync(["run", "-", "--timeout", "500ms", "--quiet", .. json ? ["--json"] : Array.Empty<string>()]));

            Assert.Contains(json ? $"\"outcome\":\"{outcome}\"" : sentence, console.Error + console.Out);
            Assert.DoesNotContain("if it is asked next", console.Error + console.Out);
        }
    }

    [TestMethod]
    public async Task Run_LineInDoubtThatNobodyTellsOf_SaysSo()
    {
        using var console = new ConsoleUnderTest { Input = "put a 1\n" };
        console.Cluster.Heard = (_, operation) => (console.Cluster.Always, console.Cluster.AlwaysFor) =
            operation == "open session" ? (Mishap.AnswerLost, "put") : (Mishap.Refused, "");

        Assert.AreEqual(1, await console.RunAsync("run", "-", "--timeout", "500ms", "--quiet"));

        Assert.Contains("It was asked what came of it, and nobody answered", console.Error);
    }

    [TestMethod]
    public async Task Run_LongValueFails_LineShowsHowItBegins()
    {
        using var console = new ConsoleUnderTest { Input = $"put k {new string('v', 5000)}\n" };
        (console.Cluster.Always, console.Cluster.AlwaysFor) = (Mishap.StorageFull, "put");

        Assert.AreEqual(1, await console.RunAsync("run", "-", "--quiet"));

        Assert.Contains($"line 1: put k {new string('v', 80 - 6)}… (5006 characters): The store is full", console.Error);
    }

    [TestMethod]
    public async Task Run_QuotedText_IsShownAsItWasWritten()
    {
        using var console = new ConsoleUnderTest { Input = "  put \"a key\" 'its value'\n" };

        Assert.AreEqual(0, await console.RunAsync("run", "-"), console.Error);

        Assert.StartsWith("line 1: put \"a key\" 'its value': created at revision 1\n", console.Out);
    }

    [TestMethod]
    [DataRow(true, "Interrupted after 1 of 3 operations. Line 3 was under way: if it writes, that may still take effect.\n")]
    [DataRow(false, "Interrupted after 2 of 3 operations.\n")]
    public async Task Run_Interrupted_SaysHowFarItCame(bool whileOneIsUnderWay, string sentence)
    {
        using var console = new ConsoleUnderTest { Input = "put a 1\n\nput b 2\nput c 3\n" };
        using var interrupts = new Interrupts();
        int puts = 0;
        console.Cluster.Heard = (_, operation) =>
        {
            puts += operation.StartsWith("put", StringComparison.Ordinal) ? 1 : 0;
            if (puts == 1 && whileOneIsUnderWay)
            {
                console.Cluster.BefallNext(Mishap.Silent);
            }

            if (puts == 2)
            {
                interrupts.Interrupt();
            }
        };

        Assert.AreEqual(130, await console.RunAsync(interrupts, "run", "-", "--quiet"));

        Assert.AreEqual(sentence, console.Error);
        Assert.Contains(whileOneIsUnderWay ? "1 operation: 1 done" : "2 operations: 2 done", console.Out);
    }

    [TestMethod]
    public async Task Run_Json_OneObjectALineAndASummary()
    {
        using var console = new ConsoleUnderTest { Input = "put a 1\nnonsense\n" };

        Assert.AreEqual(1, await console.RunAsync("run", "-", "--json"));

        string[] lines = console.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.HasCount(3, lines);
        Assert.EndsWith("\"line\":1}", lines[0]);
        Assert.EndsWith("\"line\":2}", lines[1]);
        Assert.StartsWith("{\"verb\":\"run\",\"ok\":false,\"lines\":2,\"done\":1,\"notFound\":0,\"notHeld\":0,\"failed\":1,", lines[2]);
    }

    [TestMethod]
    public void Latencies_Percentiles_ByNearestRank()
    {
        var latencies = new Latencies();
        foreach (int ms in Enumerable.Range(1, 200).Reverse())
        {
            latencies.Add(TimeSpan.FromMilliseconds(ms));
        }

        Assert.AreEqual("p50 100 ms, p95 190 ms, p99 198 ms, max 200 ms", latencies.ToString());
    }

    [GeneratedRegex(@"\d+(\.\d+)?(?= m?s)")]
    private static partial Regex Times();
}
