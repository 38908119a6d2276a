using System.Text.Json;
using Microsoft.Extensions.Logging;
using PaxosWcf.ClientApp;
using PaxosWcf.Contracts;
using PaxosWcf.Tests.Client;
using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.Console;

[TestClass]
public sealed class VerbTests
{
    [TestMethod]
    public async Task Put_Piped_SaysWhatTheStoreAnswered()
    {
        using var console = new ConsoleUnderTest();

        Assert.AreEqual(0, await console.RunAsync("put", "k", "v"));
        Assert.AreEqual(0, await console.RunAsync("put", "k", "w"));

        Assert.AreEqual("created at revision 1\nreplaced at revision 2\n", console.Out);
    }

    // The ported client ignored the answer of put and delete, and always printed success.
    [TestMethod]
    [DataRow("put k v", Mishap.Refused, "It had no effect")]
    [DataRow("put k v", Mishap.NoQuorum, "It had no effect")]
    [DataRow("delete k", Mishap.Refused, "It had no effect")]
    public async Task Mutation_StoreRefuses_NoSuccessIsPrinted(string line, object mishap, string sentence)
    {
        using var console = new ConsoleUnderTest();
        console.Cluster.Always = (Mishap)mishap;

        int exitCode = await console.RunAsync([.. line.Split(' '), "--timeout", "50ms"]);

        Assert.AreEqual(3, exitCode);
        Assert.AreEqual("", console.Text);
        Assert.Contains(sentence, console.Error);
    }

    [TestMethod]
    public async Task Put_OutcomeUnknown_SaysSo()
    {
        using var console = new ConsoleUnderTest();
        await console.RunAsync("put", "a", "b");
        console.Cluster.BefallNext([.. Enumerable.Repeat(Mishap.OutcomeUnknown, 100)]);

        Assert.AreEqual(3, await console.RunAsync("put", "k", "v", "--timeout", "50ms"));

        Assert.Contains("It may or may not have taken effect", console.Error);
    }

    [TestMethod]
    public async Task Watch_WithALimit_ShowsEachChangeAndEnds()
    {
        using var console = new ConsoleUnderTest();
        console.Cluster.Put("apple", "red"u8.ToArray());
        console.Cluster.Put("other", "x"u8.ToArray());
        console.Cluster.Delete("apple");
        console.Cluster.Put("apricot", [0xff]);

        Assert.AreEqual(0, await console.RunAsync("watch", "ap", "--prefix", "--from", "1", "--limit", "3"), console.Error);
        Assert.AreEqual(0, await console.RunAsync("watch", "apple", "--from", "1", "--limit", "2", "--json"), console.Error);

        Assert.AreEqual(
            """
            1 put apple red
            3 delete apple
            4 put apricot /w== (base64: this byte is no UTF-8 text)
            {"verb":"watch","ok":true,"revision":1,"kind":"put","key":"apple","value":"red","encoding":"utf-8","slot":1}
            {"verb":"watch","ok":true,"revision":3,"kind":"delete","key":"apple","slot":3}

            """.ReplaceLineEndings("\n"),
            console.Out);
    }

    [TestMethod]
    public async Task Watch_Compacted_SaysFromWhereOnWithExitCode1()
    {
        using var console = new ConsoleUnderTest();
        console.Cluster.BefallNext(Mishap.Compacted);

        Assert.AreEqual(1, await console.RunAsync("watch", "k", "--from", "3"));

        Assert.Contains("the oldest that are kept are those of revision 7", console.Error);
        Assert.AreEqual("", console.Text);
    }

    [TestMethod]
    public async Task Delete_NothingThere_SaysSoWithExitCode1()
    {
        using var console = new ConsoleUnderTest();

        Assert.AreEqual(1, await console.RunAsync("delete", "k"));

        Assert.AreEqual("not found\n", console.Out);
    }

    [TestMethod]
    public async Task Get_PipedAndNotThere_SaysSoOnStandardError()
    {
        using var console = new ConsoleUnderTest();

        Assert.AreEqual(1, await console.RunAsync("get", "k"));

        Assert.AreEqual("", console.Text);
        Assert.AreEqual("not found\n", console.Error);
    }

    [TestMethod]
    public async Task Get_Piped_TheValueAndNothingElse()
    {
        using var console = new ConsoleUnderTest();
        byte[] value = [0xff, 0x00, (byte)'\n', 0xfe];
        console.Cluster.Put("k", value);

        Assert.AreEqual(0, await console.RunAsync("get", "k"));

        Assert.AreSequenceEqual(value, console.Bytes);
        Assert.AreEqual("", console.Out);
    }

    [TestMethod]
    public async Task Get_NotThere_PipesNothingWithExitCode1()
    {
        using var console = new ConsoleUnderTest();

        Assert.AreEqual(1, await console.RunAsync("get", "k"));

        Assert.AreEqual("", console.Text);
    }

    [TestMethod]
    public async Task Get_NoTextOnATerminal_Base64WithANote()
    {
        using var console = new ConsoleUnderTest { OutIsTerminal = true };
        console.Cluster.Put("k", [0xff, 0xfe]);

        await console.RunAsync("get", "k");

        Assert.AreEqual("//4= (base64: these 2 bytes are no UTF-8 text)\n", console.Out);
    }

    [TestMethod]
    public async Task Get_ControlCharactersOnATerminal_AreShownAndNotObeyed()
    {
        using var console = new ConsoleUnderTest { OutIsTerminal = true };
        console.Cluster.Put("k", "a\u001b[2Jb"u8.ToArray());

        await console.RunAsync("get", "k");

        Assert.AreEqual("a\\u001b[2Jb\n", console.Out);
    }

    [TestMethod]
    public async Task Get_LongValueOnATerminal_HasNoLineEndsOfOurs()
    {
        using var console = new ConsoleUnderTest { OutIsTerminal = true };
        string value = string.Join(' ', Enumerable.Repeat("word", 100));
        console.Cluster.Put("k", System.Text.Encoding.UTF8.GetBytes(value));

        await console.RunAsync("get", "k");

        Assert.AreEqual(value + "\n", console.Out);
    }

    [TestMethod]
    public async Task Get_NobodyAnswers_SaysNothingOfAnEffect()
    {
        using var console = new ConsoleUnderTest();
        console.Cluster.Always = Mishap.Refused;

        Assert.AreEqual(3, await console.RunAsync("get", "k", "--timeout", "50ms"));

        Assert.StartsWith("No replica gave an answer", console.Error);
        Assert.DoesNotContain("effect", console.Error);
    }

    [TestMethod]
    [DataRow("cas", "Interrupted. A write that was under way may still take effect.")]
    [DataRow("put", "Interrupted. A write that was under way may still take effect.")]
    [DataRow("run", "Interrupted. A write that was under way may still take effect.")]
    [DataRow("member", "Interrupted. A change of the members that was under way may still be made; see member list.")]
    [DataRow("leader", "Interrupted. Leadership may still go over; see status.")]
    [DataRow("lease", "Interrupted. What was asked of the lease last may still take effect.")]
    [DataRow("lock", "Interrupted. The lock, or the place in its queue, is given back, or ends with its lease.")]
    [DataRow("get", "Interrupted.")]
    public void Interrupted_AWriteIsNotCalledOff(string verb, string sentence) =>
        Assert.AreEqual(sentence, Failures.Result(verb, new OperationCanceledException()).Plain);

    [TestMethod]
    [DataRow("put k v", "verb,ok,key,replica,attempts,ms,revision,replaced,slot")]
    [DataRow("get a", "verb,ok,key,replica,attempts,ms,found,appliedThrough,value,encoding,createRevision,modificationRevision,version")]
    [DataRow("get a --file", "verb,ok,key,replica,attempts,ms,found,appliedThrough,file,bytes,createRevision,modificationRevision,version")]
    [DataRow("get b", "verb,ok,key,replica,attempts,ms,found,appliedThrough")]
    [DataRow("delete a", "verb,ok,key,replica,attempts,ms,found,revision,slot")]
    [DataRow("delete a --prefix", "verb,ok,prefix,ms,deleted,revision")]
    [DataRow("delete b --prefix", "verb,ok,prefix,ms,deleted,revision")]
    [DataRow("contains a", "verb,ok,key,replica,attempts,ms,found,appliedThrough")]
    [DataRow("cas a 1 2", "verb,ok,key,replica,attempts,ms,held,revision,slot")]
    [DataRow("cas a 3 2", "verb,ok,key,replica,attempts,ms,held,revision,slot,modificationRevision,version")]
    [DataRow("keys", "verb,ok,replica,attempts,ms,revision,appliedThrough,more,keys")]
    [DataRow("resolve nobodys 1", "verb,ok,session,sequence,outcome")]
    [DataRow("put k v --lease 1-0-0123456789abcdef", "verb,ok,key,replica,attempts,ms,revision,replaced,slot,lease")]
    [DataRow("lease grant 30", "verb,ok,action,lease,replica,attempts,ms,timeToLiveSeconds,slot")]
    [DataRow("lease keep 1-0-0123456789abcdef --once", "verb,ok,action,lease,replica,attempts,ms,timeToLiveSeconds,slot")]
    [DataRow("lease revoke 1-0-0123456789abcdef", "verb,ok,action,lease,replica,attempts,ms,found,keysRemoved,revision,slot")]
    [DataRow("lease show 1-0-0123456789abcdef", "verb,ok,action,lease,replica,attempts,ms,found,appliedThrough,timeToLiveSeconds,renewals,keys")]
    [DataRow("lease show 1-0-a", "verb,ok,action,lease,replica,attempts,ms,found,appliedThrough")]
    [DataRow("lease list", "verb,ok,action,leases")]
    [DataRow("lease keep 1-0-a", "verb,ok,action,error,message")]
    [DataRow("lease grant 0", "verb,ok,action,error,message")]
    [DataRow("lease lend 1", "verb,ok,error,message")]
    [DataRow("member add 6", "verb,ok,action,error,message")]
    [DataRow("prepopulate 2", "verb,ok,keys,ms")]
    [DataRow("fail 3 10s", "verb,ok,replica,acceptorUp,changed")]
    [DataRow("revive 3", "verb,ok,replica,acceptorUp,changed")]
    [DataRow("cut 3 4 one-way", "verb,ok,links")]
    [DataRow("delay 3 4 200ms", "verb,ok,links")]
    [DataRow("heal", "verb,ok,links")]
    [DataRow("status", "verb,ok,leader,replicas")]
    [DataRow("check", "verb,ok,verdict,message,replicas")]
    [DataRow("get b --replica 7", "verb,ok,error,message")]
    public async Task Json_EveryVerb_OneObjectWithStableNames(string line, string names)
    {
        using var console = new ConsoleUnderTest();
        console.Cluster.Put("a", "1"u8.ToArray());
        console.Cluster.Leases.Grant(30);

        using var directory = new TemporaryDirectory();
        string[] path = line.EndsWith("--file", StringComparison.Ordinal) ? [directory.Below("value")] : [];

        await console.RunAsync([.. line.Split(' '), .. path, "--json"]);

        string only = Assert.ContainsSingle(console.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        using JsonDocument json = JsonDocument.Parse(only);
        Assert.AreEqual(names, string.Join(',', json.RootElement.EnumerateObject().Select(p => p.Name)));
        Assert.AreEqual("", console.Error);
    }

    /// <summary>That the last one is down is not why.</summary>
    [TestMethod]
    [DataRow("backup")]
    [DataRow("export")]
    public async Task Backup_WithoutAMajority_SaysWhatEachReplicaSaid(string verb)
    {
        using var directory = new TemporaryDirectory();
        using var console = new ConsoleUnderTest();
        (console.Cluster.Always, console.Cluster.AlwaysFor) = (Mishap.NoQuorum, "backup begin");
        console.Cluster.Gone.UnionWith([FakeCluster.Addresses[3], FakeCluster.Addresses[4], FakeCluster.Addresses[5]]);

        Assert.AreEqual(3, await console.RunAsync(verb, directory.Below("file")));

        Assert.AreEqual(
            "No replica gave what it has. Replica 1 reached no majority of the replicas. Replica 2 reached no majority of the replicas."
            + " Replica 3 cannot be reached (Connection refused). Replica 4 cannot be reached (Connection refused). Replica 5 cannot be reached (Connection refused).\n",
            console.Error);
    }

    [TestMethod]
    public async Task Prepopulate_WithoutAMajority_SaysWhatPutSays()
    {
        using var console = new ConsoleUnderTest();
        console.Cluster.Always = Mishap.Refused;

        Assert.AreEqual(3, await console.RunAsync("prepopulate", "40", "--timeout", "100ms"));

        Assert.Contains(" attempts at replica ", console.Error);
        Assert.Contains("It had no effect. Last: replica ", console.Error);
    }

    [TestMethod]
    public async Task Heal_WhereNobodyAnswers_SaysSo()
    {
        using var console = new ConsoleUnderTest();
        console.Cluster.Always = Mishap.Refused;

        Assert.AreEqual(3, await console.RunAsync("heal"));

        Assert.StartsWith("No replica gave an answer, and no link was healed. Replica 1 ", console.Error);
    }

    [TestMethod]
    public async Task Status_BuildsOrClustersDiffer_SaysSo()
    {
        using var console = new ConsoleUnderTest();
        console.Cluster.Builds[2] = "0.2.0";
        console.Cluster.OtherNames[5] = "green";

        Assert.AreEqual(0, await console.RunAsync("status"), console.Error);

        Assert.Contains("Builds differ: 1.0 at replica 1, 3, 4, 5; 0.2.0 at replica 2.", console.Out);
        Assert.Contains("What answers at the address of replica 5 is of another cluster than \"", console.Out);
        Assert.DoesNotContain("Configurations differ", console.Out);
    }

    [TestMethod]
    public async Task Prepopulate_FailsHalfway_SaysHowManyAreThere()
    {
        using var console = new ConsoleUnderTest();
        int puts = 0;
        console.Cluster.Heard = (_, operation) =>
        {
            if (operation == "put" && Interlocked.Increment(ref puts) == 20)
            {
                console.Cluster.Always = Mishap.NoQuorum;
            }
        };

        Assert.AreEqual(3, await console.RunAsync("prepopulate", "200", "--timeout", "300ms", "--json"));

        Assert.Contains("It had no effect. Last: replica ", console.Out);
        long keys = System.Text.Json.JsonDocument.Parse(console.Out).RootElement.GetProperty("keys").GetInt64();
        Assert.IsInRange(1, 20, keys);
        Assert.Contains($"Before that {keys} keys at least had been written. The same command writes all of them, these too.", console.Out);
    }

    /// <summary>Whatever failed says so to a program in the same two fields.</summary>
    [TestMethod]
    [DataRow("status", "ReplicaUnavailable")]
    [DataRow("check --timeout 50ms", "Unreachable")]
    [DataRow("leader transfer", "Cluster")]
    [DataRow("get k --timeout 50ms", "StoreUnavailable")]
    [DataRow("lease list --timeout 50ms", "StoreUnavailable")]
    [DataRow("run - --timeout 50ms", "LinesFailed")]
    [DataRow("verify no-such-file", "Bad")]
    [DataRow("backup no-such-directory/file", "Usage")]
    public async Task Json_OfWhatFailed_HasErrorAndMessage(string line, string error)
    {
        using var console = new ConsoleUnderTest { Input = "get k\n" };
        console.Cluster.Always = Mishap.Refused;

        Assert.AreNotEqual(0, await console.RunAsync([.. line.Split(' '), "--json"]));

        using JsonDocument json = JsonDocument.Parse(console.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1]);
        Assert.IsFalse(json.RootElement.GetProperty("ok").GetBoolean());
        Assert.AreEqual(error, json.RootElement.GetProperty("error").GetString());
        Assert.AreNotEqual("", json.RootElement.GetProperty("message").GetString());
    }

    [TestMethod]
    [DataRow(RestoreOutcome.NotEmpty, "\"error\":\"NotEmpty\",\"message\":\"The cluster is not new.")]
    public async Task Json_OfARestoreThatWasRefused_HasErrorAndMessage(object outcome, string fields)
    {
        using var directory = new TemporaryDirectory();
        using var console = new ConsoleUnderTest();
        console.Cluster.RestoreOutcomes = _ => (RestoreOutcome)outcome;
        Assert.AreEqual(0, await console.RunAsync("backup", directory.Below("backup")), console.Error);

        Assert.AreEqual(1, await console.RunAsync("restore", directory.Below("backup"), "--json"));

        Assert.Contains(fields, console.Out);
    }

    [TestMethod]
    [DataRow("get k", "{\"verb\":\"get\",\"ok\":false,\"error\":\"StoreUnavailable\",")]
    [DataRow("put k", "{\"verb\":\"put\",\"ok\":false,\"error\":\"Usage\",")]
    [DataRow("lease keep 1-0-a", "{\"verb\":\"lease\",\"ok\":false,\"action\":\"keep\",\"error\":\"StoreUnavailable\",")]
    public async Task Json_AtThePrompt_IsThatOfTheVerb(string line, string begins)
    {
        using var console = new ConsoleUnderTest { Input = line + "\n" };
        console.Cluster.Always = Mishap.Refused;

        Assert.AreEqual(1, await console.RunAsync("--json", "--timeout", "50ms"));

        Assert.StartsWith(begins, console.Out);
    }

    [TestMethod]
    [DataRow("linearizable", "get Linearizable")]
    [DataRow("serializable", "get Serializable")]
    public async Task Get_Consistency_IsPassedOn(string asked, string called)
    {
        using var console = new ConsoleUnderTest();

        await console.RunAsync("get", "k", "--consistency", asked);

        Assert.AreEqual(called, console.Cluster.Calls[^1].Operation);
    }

    [TestMethod]
    public async Task Verb_ReplicaPinned_ItAloneIsAsked()
    {
        using var console = new ConsoleUnderTest();

        await console.RunAsync("put", "k", "v", "--replica", "5");

        Assert.IsTrue(console.Cluster.Calls.All(c => c.Replica == 5));
    }

    [TestMethod]
    public async Task Fail_FaultLabOff_SaysWhatToWriteInServersXml()
    {
        using var console = new ConsoleUnderTest();
        console.Cluster.FaultLabOn = false;

        Assert.AreEqual(1, await console.RunAsync("fail", "3"));

        Assert.Contains("<faults enabled=\"true\"", console.Error);
    }

    [TestMethod]
    [DataRow("cut 3 4", 3, "cut 4 Both")]
    [DataRow("cut 3 4 one-way", 3, "cut 4 To")]
    [DataRow("delay 2 5 1s", 2, "delay 5 1000")]
    [DataRow("heal 4", 4, "heal ")]
    public async Task Links_TheReplicaNamedFirst_IsAsked(string line, int replica, string called)
    {
        using var console = new ConsoleUnderTest();

        Assert.AreEqual(0, await console.RunAsync(line.Split(' ')), console.Error);

        Assert.AreEqual((replica, called), (console.Cluster.Calls[^1].Replica, console.Cluster.Calls[^1].Operation));
    }

    [TestMethod]
    public async Task Heal_OfOneLink_SaysSoInTheSingular()
    {
        using var console = new ConsoleUnderTest();

        Assert.AreEqual(0, await console.RunAsync("heal", "4"), console.Error);

        Assert.AreEqual("1 link healed\n", console.Out);
    }

    [TestMethod]
    [DataRow("cut 3 3")]
    [DataRow("cut 3 4 both-ways")]
    [DataRow("delay 3 9 1s")]
    public async Task Links_ThatCannotBe_AreRefusedBeforeAnythingIsSent(string line)
    {
        using var console = new ConsoleUnderTest();

        Assert.AreEqual(2, await console.RunAsync(line.Split(' ')));

        Assert.IsEmpty(console.Cluster.Calls.Where(call => call.Operation != "status"));
    }

    [TestMethod]
    public async Task Status_Piped_OneLineForEachReplica()
    {
        using var console = new ConsoleUnderTest();

        Assert.AreEqual(0, await console.RunAsync("status"));

        Assert.HasCount(6, console.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("replica 1  Leading", console.Out);
    }

    [TestMethod]
    public async Task Status_ReplicaDown_TheReasonStandsBelow()
    {
        using var console = new ConsoleUnderTest();
        console.Cluster.Befall(2, Mishap.Refused);

        Assert.AreEqual(0, await console.RunAsync("status"));

        string[] lines = console.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.AreEqual("replica 2  down", lines[2]);
        Assert.AreEqual("Replica 2 cannot be reached (Connection refused).", lines[^1]);
    }

    [TestMethod]
    public async Task Status_NobodyLeads_SaysSo()
    {
        using var console = new ConsoleUnderTest();
        console.Cluster.Members.Leader = null;

        Assert.AreEqual(0, await console.RunAsync("status"));

        Assert.EndsWith("\nNobody leads.\n", console.Out);
    }

    [TestMethod]
    [DataRow("Learner", "Replica 3 is a learner: it does not vote.")]
    [DataRow("Asking", "Replica 3 asks the others what they remember of it, and goes on once a majority has answered.")]
    public async Task Status_ReplicaThatDoesNotVote_StandsBelow(string standing, string sentence)
    {
        using var console = new ConsoleUnderTest();
        console.Cluster.Standings[3] = standing;

        Assert.AreEqual(0, await console.RunAsync("status"));

        Assert.EndsWith($"\n{sentence}\n", console.Out);
    }

    [TestMethod]
    [DataRow("leader transfer", "With --host and --port replicas have no numbers")]
    [DataRow("check", "check compares all; name the cluster's servers.xml")]
    public async Task VerbOfTheWholeCluster_OneReplicaNamedByItsAddress_IsRefused(string line, string sentence)
    {
        using var console = new ConsoleUnderTest();

        Assert.AreEqual(2, await console.RunByAddressAsync(line.Split(' ')));

        Assert.Contains(sentence, console.Error);
        Assert.DoesNotContain(call => call.Operation is "digest" or "transfer ", console.Cluster.Calls);
    }

    [TestMethod]
    public async Task Check_TheOnlyReplicaNamedByItsAddress_IsDone()
    {
        using var console = new ConsoleUnderTest();
        console.Cluster.Told[FakeCluster.Addresses[1]] = FakeCluster.Configuration(0, (1, null, true));

        Assert.AreEqual(0, await console.RunByAddressAsync("check"), console.Error);
    }

    [TestMethod]
    public void Log_ControlCharacters_AreShownAndNotObeyed()
    {
        using var error = new StringWriter();

        new ConsoleLogger(error, TimeProvider.System).Log(LogLevel.Warning, default, "a\u001b[2Jb", null, (state, _) => state);

        Assert.EndsWith(" Warning a\\u001b[2Jb", error.ToString().TrimEnd());
    }

    [TestMethod]
    [DataRow("fail \u001b[2J")]
    [DataRow("prepopulate \u001b[2J")]
    [DataRow("cut 1 \u001b[2J")]
    public async Task CommandLine_ControlCharacters_AreShownAndNotObeyed(string line)
    {
        using var console = new ConsoleUnderTest();

        Assert.AreEqual(2, await console.RunAsync(line.Split(' ')));

        Assert.Contains("\\u001b[2J", console.Error);
        Assert.DoesNotContain('\u001b', console.Error);
    }

    [TestMethod]
    [DataRow("leader transfer", 0, "replica 2 leads, after replica 1\n", "transfer ")]
    [DataRow("leader transfer 3", 0, "replica 3 leads, after replica 1\n", "transfer 3")]
    [DataRow("leader transfer 1", 0, "replica 1 leads already\n", null)]
    [DataRow("leader depose", 2, "", null)]
    [DataRow("leader transfer 9", 2, "", null)]
    public async Task Leader_Asked_TheLeaderHandsOver(string line, int exitCode, string output, string? call)
    {
        using var console = new ConsoleUnderTest();

        Assert.AreEqual(exitCode, await console.RunAsync(line.Split(' ')));

        Assert.AreEqual(output, console.Out);
        Assert.AreEqual(call is null ? 0 : 1, console.Cluster.Calls.Count(c => c.ToString()!.Contains(call ?? "transfer", StringComparison.Ordinal)));
    }
}
