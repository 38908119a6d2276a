using System.Text.Json;
using PaxosWcf.ClientApp;
using PaxosWcf.History;
using PaxosWcf.Tests.Console;
using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.History;

/// <summary>The verb and its exit codes: 0 OK, 1 ILLEGAL, 2 UNKNOWN, 3 BAD.</summary>
[TestClass]
public sealed class VerifyVerbTests(TestContext test) : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly ConsoleUnderTest _console = new();

    public void Dispose()
    {
        _directory.Dispose();
        _console.Dispose();
    }

    [TestMethod]
    public async Task Verify_Legal_OkAndExitCode0()
    {
        Assert.AreEqual(0, await VerifyAsync(LegalHistoryTests.Golden), _console.Error);
        Assert.Contains("\n4 calls on 1 key in ", _console.Out);
        Assert.EndsWith("every key has a legal order\nOK\n", _console.Out);
    }

    [TestMethod]
    public async Task Verify_Illegal_NamesKeyAndCallsAndExitCode1()
    {
        Assert.AreEqual(1, await VerifyAsync(HistoryText.Of().Put(0, 1_000_000, "a").Get(2_000_000, 3_500_000, null).Text()));

        Assert.StartsWith("key k: no legal order (2 calls); ", _console.Out);
        Assert.Contains("[2.000 .. 3.500]        process 1: get → nothing  (", _console.Out);
        Assert.EndsWith(" 1 key has no legal order, 0 answers break the rules of slots\nILLEGAL\n", _console.Out);
    }

    [TestMethod]
    public async Task Verify_Malformed_NamesTheLineAndExitCode3()
    {
        Assert.AreEqual(3, await VerifyAsync("{}\n"));

        Assert.EndsWith("history.jsonl:1: \"type\" is missing\nBAD\n", _console.Out);
    }

    [TestMethod]
    public async Task Verify_NoSuchFile_ExitCode3()
    {
        Assert.AreEqual(3, await _console.RunAsync("verify", "no-such-file"));
    }

    [TestMethod]
    public async Task Verify_EmptyName_IsNoVerdict()
    {
        Assert.AreEqual(3, await _console.RunAsync("verify", ""));

        Assert.AreEqual("\"\": the name of a history is empty\nBAD\n", _console.Out);
    }

    [TestMethod]
    public void Verify_ThingsGoWrong_IsNotCalledIllegal() =>
        Assert.AreEqual((int)Verdict.Bad, Failures.Result("verify", new InvalidOperationException("why")).ExitCode);

    [TestMethod]
    public async Task Verify_NoFileNamed_ExitCode2AndASentence()
    {
        Assert.AreEqual(2, await _console.RunAsync("verify"));
        Assert.Contains("FILE", _console.Error);
    }

    [TestMethod]
    public void Verify_NoTime_Unknown()
    {
        var history = RandomHistory.Recorded(RandomHistory.Legal(new Random(1), 100, 0, 16));

        Assert.AreEqual(Verdict.Unknown, new HistoryVerifier(new VerifierOptions { TimeLimit = TimeSpan.Zero }).Verify(
            history, moved: null, test.CancellationToken).Verdict);
    }

    [TestMethod]
    public async Task Verify_TooThinWhereThresholdsAreAskedFor_ExitCode3()
    {
        Assert.AreEqual(3, await VerifyAsync(LegalHistoryTests.Golden, "--worth"));

        Assert.Contains("no     processes", _console.Out);
        Assert.Contains("too thin to be worth checking: processes, nodes that answered", _console.Out);
    }

    [TestMethod]
    public async Task Verify_Slots_AreCheckedWhereAskedFor()
    {
        string text = HistoryText.Of().Put(0, 10, "a", slot: 1).Put(0, 10, "b", slot: 1).Text();

        Assert.AreEqual(0, await VerifyAsync(text));
        Assert.AreEqual(1, await VerifyAsync(text, "--slots"));
        Assert.Contains("slots: two writes share slot 1", _console.Out);
    }

    [TestMethod]
    public async Task Verify_Json_OneObject()
    {
        Assert.AreEqual(1, await VerifyAsync(HistoryText.Of().Put(0, 1, "a").Get(2, 3, null).Text(), "--json"));

        using JsonDocument json = JsonDocument.Parse(_console.Out);
        Assert.AreEqual("ILLEGAL", json.RootElement.GetProperty("verdict").GetString());
        var illegal = json.RootElement.GetProperty("illegal")[0];
        Assert.AreEqual("k", illegal.GetProperty("key").GetString());
        Assert.AreEqual(2, illegal.GetProperty("offending").GetArrayLength());
    }

    /// <summary>With the first of these the history begins on a key that is there; with the second the store is at fault.</summary>
    [TestMethod]
    [DataRow("get", true)]
    [DataRow("put", true)]
    [DataRow("delete", true)]
    [DataRow("cas", true)]
    [DataRow("put, get of another", false)]
    [DataRow("get, put, get of nothing", false)]
    [DataRow("put that failed, get", true)]
    [DataRow("put in doubt, get of nothing after a get", false)]
    [DataRow("cas without a match, get", true)]
    public async Task Verify_KeyThatWasThereBefore_IsHintedAt(string calls, bool isHinted)
    {
        HistoryText history = calls switch
        {
            "get" => HistoryText.Of().Get(0, 1, "old").Put(2, 3, "new"),
            "put" => HistoryText.Of().Put(0, 1, "new", found: true).Get(2, 3, "new"),
            "delete" => HistoryText.Of().Delete(0, 1, found: true),
            "cas" => HistoryText.Of().Cas(0, 1, "old", "new", matched: true),
            "put, get of another" => HistoryText.Of().Put(0, 1, "a", found: false).Get(2, 3, "old"),
            "get, put, get of nothing" => HistoryText.Of().Get(0, 1, null).Put(2, 3, "a").Get(4, 5, null),
            "put that failed, get" => HistoryText.Of().Doubtful(0, 1, OperationKind.Put, "old", phase: CallPhase.Fail).Get(2, 3, "old"),
            "put in doubt, get of nothing after a get" => HistoryText.Of().Doubtful(0, 1, OperationKind.Put, "a").Get(2, 3, "a").Get(4, 5, null),
            _ => HistoryText.Of().Cas(0, 1, "b", "c", matched: false).Get(2, 3, "old"),
        };
        const string hint = "the key may have been written before the recording began: its first answer (";

        Assert.AreEqual(1, await VerifyAsync(history.Text()));
        Assert.AreEqual(isHinted, _console.Out.Contains($"\n  Perhaps nothing is wrong: {hint}", StringComparison.Ordinal));
        string plain = _console.Out;
        Assert.AreEqual(1, await VerifyAsync(history.Text(), "--json"));

        using JsonDocument json = JsonDocument.Parse(_console.Out[plain.Length..]);
        Assert.AreEqual(isHinted, json.RootElement.GetProperty("illegal")[0].GetProperty("hint").GetString()?.StartsWith(hint, StringComparison.Ordinal) ?? false);
        Assert.EndsWith("\nILLEGAL\n", plain);
    }

    [TestMethod]
    public async Task Run_History_IsOneThatVerifies()
    {
        string script = _directory.Below("script");
        string history = _directory.Below("history.jsonl");
        await File.WriteAllTextAsync(script, "get a\nput a 1\nget a\ndelete a\ndelete a\nput a 2\nget a\n", test.CancellationToken);

        Assert.AreEqual(0, await _console.RunAsync("run", script, "--history", history), _console.Error);
        Assert.AreEqual(0, await _console.RunAsync("verify", history, "--slots"), _console.Out);

        Assert.HasCount(7, RecordedHistory.Load([history]).Calls);
    }

    [TestMethod]
    public async Task Run_HistoryThatIsThereAlready_IsLeftAlone()
    {
        string script = _directory.Below("script");
        await File.WriteAllTextAsync(script, "put a 1\n", test.CancellationToken);

        Assert.AreEqual(2, await _console.RunAsync("run", script, "--history", script));

        Assert.AreEqual($"There is a file \"{script}\" already; name another for the history, or remove it.\n", _console.Error);
        Assert.AreEqual("put a 1\n", await File.ReadAllTextAsync(script, test.CancellationToken));
        Assert.IsEmpty(_console.Cluster.Calls);
    }

    [TestMethod]
    public async Task Run_HistoryThatCannotBeWritten_ExitCode2()
    {
        Assert.AreEqual(2, await _console.RunAsync("run", "-", "--history", _directory.Below("no", "such", "directory")));
        Assert.Contains("cannot be written", _console.Error);
    }

    private async Task<int> VerifyAsync(string text, params string[] options)
    {
        string path = _directory.Below("history.jsonl");
        await File.WriteAllTextAsync(path, text, test.CancellationToken);
        return await _console.RunAsync(["verify", path, .. options]);
    }
}
