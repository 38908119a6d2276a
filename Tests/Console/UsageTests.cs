namespace PaxosWcf.Tests.Console;

[TestClass]
public sealed class UsageTests
{
    [TestMethod]
    [DataRow("gett k", "There is no verb \"gett\". Did you mean get?")]
    [DataRow("dleete k", "There is no verb \"dleete\". Did you mean delete?")]
    [DataRow("Gte k", "There is no verb \"Gte\". Did you mean get?")]
    [DataRow("xyz k", "There is no verb \"xyz\". The verbs are")]
    [DataRow("put k", "put wants VALUE, or --file PATH, behind KEY.")]
    [DataRow("put k v --file f", "put takes VALUE or --file PATH, not both")]
    [DataRow("put k --file ", "The name of the file is empty")]
    [DataRow("put k --file no-such-file", "The file \"no-such-file\" cannot be read")]
    [DataRow("get", "Required argument 'KEY' missing")]
    [DataRow("put k v w", "Unrecognized command or argument 'w'.")]
    [DataRow("get k --timeout 5x", "--timeout is \"5x\"; write a number with ms, s, m or h behind it")]
    [DataRow("get k --timeout 0s", "--timeout is \"0s\"")]
    [DataRow("get k --replica x", "--replica is \"x\"; it must be a whole number.")]
    [DataRow("get k --port 1.5", "--port is \"1.5\"; it must be a whole number.")]
    [DataRow("restore f --bump x", "--bump is \"x\"; it must be a whole number.")]
    [DataRow("restore f --bump", "--bump")]
    [DataRow("chaos --rounds x", "--rounds is \"x\"; it must be a whole number.")]
    [DataRow("chaos --clients ", "--clients is \"\"; it must be a whole number.")]
    [DataRow("chaos --seconds-per-round 99999999999", "--seconds-per-round is \"99999999999\"")]
    [DataRow("chaos --seed x", "--seed is \"x\"; it must be a whole number.")]
    [DataRow("get k --replica 7", "There is no replica 7; the replicas are 1, 2, 3, 4, 5.")]
    [DataRow("get k --consistency some", "'some' not recognized")]
    [DataRow("fail 9", "There is no replica 9; the replicas are 1, 2, 3, 4, 5.")]
    [DataRow("fail 3 soon", "\"soon\" is no time; write a number")]
    [DataRow("prepopulate 0", "\"0\" is no count; write 1..1000000.")]
    [DataRow("watch k --from 0", "--from is \"0\"; write a whole number from 1 on.")]
    [DataRow("trace 9", "There is no replica 9; the replicas are 1, 2, 3, 4, 5.")]
    [DataRow("trace --limit many", "--limit is \"many\"; write a whole number from 1 on.")]
    [DataRow("trace --for soon", "\"soon\" is no time; write a number")]
    [DataRow("trace --page 99999", "--page is \"99999\"; write a port from 1 to 65535, or 0 for one that is free.")]
    [DataRow("trace 3 --page", "The page shows all replicas, and has switches of its own;")]
    [DataRow("trace --page 0 --limit 3", "The page shows all replicas, and has switches of its own;")]
    [DataRow("trace --page 0 --heartbeats", "The page shows all replicas, and has switches of its own;")]
    [DataRow("trace --page 0 --replica 2", "The page shows all replicas, and has switches of its own;")]
    [DataRow("trace 1 2", "Unrecognized command or argument '2'.")]
    [DataRow("watch k --limit many", "--limit is \"many\"; write a whole number from 1 on.")]
    [DataRow("lease renew x", "\"renew\" is nothing to do with leases; there is grant, keep, revoke, show or list.")]
    [DataRow("lease grant", "lease grant takes 1 argument, here are 0: lease grant SECONDS.")]
    [DataRow("lease list x", "lease list takes 0 arguments, here are 1: lease list.")]
    [DataRow("member promote", "member promote takes 1 argument, here are 0: member WHAT")]
    [DataRow("member list 1", "member list takes 0 arguments, here are 1: member WHAT")]
    [DataRow("lease show x --once", "--once is an option of lease keep: lease keep ID --once.")]
    [DataRow("lease grant 0", "\"0\" is no time to live; write 1..86400 whole seconds, such as 30, 30s, 5m or 24h.")]
    [DataRow("lease grant 86401", "\"86401\" is no time to live;")]
    [DataRow("lease grant 25h", "\"25h\" is no time to live;")]
    [DataRow("lease grant 1.5s", "\"1.5s\" is no time to live;")]
    [DataRow("lease grant soon", "\"soon\" is no time to live;")]
    [DataRow("lease grant ", "\"\" is no time to live;")]
    [DataRow("lease revoke a/b", "\"a/b\" is no lease; write what \"lease grant\" printed.")]
    [DataRow("put k v --lease a/b", "\"a/b\" is no lease;")]
    [DataRow("put k v --lease --json", "\"--json\" is no lease;")]
    [DataRow("put k v --lease ", "\"\" is no lease;")]
    [DataRow("lock n --ttl 0s", "\"0s\" is no time to live;")]
    [DataRow("lock n sh --ttl 5s", "\"sh\" is no option of lock; what it is to run goes behind --: lock NAME [OPTIONS] [-- COMMAND…].")]
    [DataRow("lock n sh -- -c", "\"sh\" is no option of lock;")]
    [DataRow("lock n -- ", "-- wants a command behind it.")]
    [DataRow("lock n -- no-such-program", "The command \"no-such-program\" cannot be started: no folder in PATH has it.")]
    [DataRow("lock  -- true", "The name is missing or empty")]
    [DataRow("run no-such-file", "The script \"no-such-file\" cannot be read")]
    [DataRow("run ", "The name of the script is empty")]
    [DataRow("batch ", "The name of the script is empty")]
    [DataRow("backup ", "The name of the file is empty")]
    [DataRow("verify-backup ", "The name of the file is empty")]
    [DataRow("import ", "The name of the file is empty")]
    [DataRow("backup -", "- is no name here")]
    [DataRow("export -", "- is no name here")]
    [DataRow("backup no/such/directory/file", "The file \"no/such/directory/file\" cannot be written")]
    [DataRow("export no/such/directory/file", "The file \"no/such/directory/file\" cannot be written")]
    [DataRow("run - --history ", "The name of the history is empty")]
    [DataRow("chaos --data ", "The name of the data directory is empty")]
    [DataRow("get k --host localhost", "--host and --port go together")]
    [DataRow("get k --host localhost --port 99999", "are no host and port")]
    [DataRow("get k --certificate no-such-file", "--certificate: there is no certificate no-such-file.")]
    [DataRow("get k --certificate ", "--certificate: the name of the file is empty.")]
    [DataRow("get k --trusted-issuers no-such-file", "--trusted-issuers: there is no certificate no-such-file.")]
    [DataRow("chaos --rounds 0", "--rounds must be 1..10000.")]
    [DataRow("demo --replica-host no-such-file", "There is no file \"no-such-file\" (--replica-host).")]
    public async Task CommandLine_MakesNoSense_OneSentenceAndExitCode2(string line, string sentence)
    {
        using var console = new ConsoleUnderTest();

        Assert.AreEqual(2, await console.RunAsync(line.Split(' ')));

        Assert.Contains(sentence, console.Error);
        Assert.HasCount(2, console.Error.Split('\n'), "one line, no trace");
        Assert.AreEqual("", console.Text);
    }

    [TestMethod]
    public async Task Put_OverLongKey_ExitCode2AndNothingSent()
    {
        using var console = new ConsoleUnderTest();

        Assert.AreEqual(2, await console.RunAsync("put", new string('k', 1025), "v"));

        Assert.AreEqual("The key has 1025 bytes of UTF-8; at most 1024 are taken.\n", console.Error);
        Assert.IsEmpty(console.Cluster.Calls);
    }

    [TestMethod]
    [DataRow("put --tmeout 5s", "put has no option --tmeout; a key that begins so goes behind --: put -- --tmeout …")]
    [DataRow("get --jsn", "get has no option --jsn;")]
    [DataRow("lock --tll", "lock has no option --tll; a name that begins so goes behind --: lock -- --tll …")]
    public async Task Key_ThatLooksLikeAnOption_IsRefused(string line, string sentence)
    {
        using var console = new ConsoleUnderTest();

        Assert.AreEqual(2, await console.RunAsync(line.Split(' ')));

        Assert.Contains(sentence, console.Error);
        Assert.IsEmpty(console.Cluster.Calls);
    }

    [TestMethod]
    [DataRow("-- --x --y")]
    [DataRow("-5 --y")]
    public async Task Key_BehindTwoDashes_IsAKey(string words)
    {
        using var console = new ConsoleUnderTest();
        using var interrupts = new PaxosWcf.ClientApp.Interrupts();

        string[] args = ["--servers", ServersXml.Path, "put", .. words.Split(' ')];
        Assert.AreEqual(0, await new PaxosWcf.ClientApp.ConsoleProgram(console.Io(), interrupts, console.Connect).RunAsync(args), console.Error);

        Assert.IsTrue(console.Cluster.Get(args[^2]).Found);
    }

    [TestMethod]
    [DataRow("-5")]
    [DataRow("@file")]
    [DataRow("")]
    public async Task Put_ValueThatLooksLikeSomethingElse_IsAValue(string value)
    {
        using var console = new ConsoleUnderTest();

        Assert.AreEqual(0, await console.RunAsync("put", "k", value), console.Error);
        await console.RunAsync("get", "k");

        Assert.EndsWith(value, console.Text.Replace("created at revision 1\n", "", StringComparison.Ordinal));
    }

    [TestMethod]
    public async Task Console_BrokenServersXml_SaysWhereAndWhy()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("paxoswcf-test-").FullName, "servers.xml");
        await File.WriteAllTextAsync(path, "<servers", CancellationToken.None);
        using var console = new ConsoleUnderTest();
        using var interrupts = new PaxosWcf.ClientApp.Interrupts();

        int exitCode = await new PaxosWcf.ClientApp.ConsoleProgram(console.Io(), interrupts).RunAsync(["status", "--servers", path]);

        Assert.AreEqual(2, exitCode);
        Assert.Contains("servers.xml(1,", console.Error);
    }
}
