using PaxosWcf.ClientApp;

namespace PaxosWcf.Tests.Console;

[TestClass]
public sealed class PromptTests
{
    [TestMethod]
    public async Task Prompt_Help_ListsEveryVerb()
    {
        using var console = new ConsoleUnderTest { Input = "help\nexit\nput never run\n" };

        Assert.AreEqual(0, await console.RunAsync());

        Assert.AreEqual(
            """
              put KEY [VALUE] [OPTIONS]           write a value; options --file PATH, --lease ID
              get KEY [OPTIONS]                   read a value; option --file PATH
              delete KEY [OPTIONS]                remove a key, or all that begin alike; options --prefix, --all
              contains KEY                        tell whether a key is there
              cas KEY [EXPECTED] [NEW] [OPTIONS]  write a key if it holds what is expected; options --absent, --delete
              batch FILE                          apply a script's puts and deletes as one step
              resolve SESSION SEQUENCE            tell what came of a write whose outcome is unknown, and withdraw it if it has none yet
              keys [PREFIX] [OPTIONS]             show which keys there are; options --from KEY, --until KEY, --limit N, --values
              watch KEY [OPTIONS]                 show changes as they come, until Ctrl-C; options --prefix, --from REVISION, --limit N
              lease WHAT [ID|TIME] [OPTIONS]      grant, renew, end or show leases: WHAT is grant, keep, revoke, show or list; option --once
              lock NAME [OPTIONS] [-- COMMAND…]   wait for a lock, and hold it until Ctrl-C or while a command runs; option --ttl TIME
              prepopulate [COUNT]                 write COUNT keys to start with (default 10)
              status                              show every replica
              member WHAT [ID] [PEER] [CLIENT]    show or change who is in the cluster: WHAT is list, add, promote, remove, replace or readmit
              check                               compare the contents of all replicas
              leader transfer [N]                 hand leadership over
              fail N [TIME]                       fail a replica's acceptor
              revive N                            restart a failed acceptor
              cut N M [one-way]                   cut the link between two replicas
              delay N M TIME                      slow the link between two replicas down
              heal [N]                            make links whole again
              trace [N] [OPTIONS]                 show what the replicas say to each other, until Ctrl-C; options --heartbeats, --for TIME, --limit N, --page [PORT]
              use N                               ask replica N only; "use any" goes back to any
              help [VERB]                         this list, or one verb
              exit                                leave (also quit, and Ctrl-D or Ctrl-C at an empty line)
            Text with blanks goes in quotes: "…" with \" \\ \n \t, or '…'. Times: 250ms, 10s, 2m.

            """.ReplaceLineEndings("\n"),
            console.Out);
        Assert.IsEmpty(console.Cluster.Calls);
    }

    [TestMethod]
    public async Task Prompt_HelpOfOneVerb_ShowsThatOnly()
    {
        using var console = new ConsoleUnderTest { Input = "help put\nhelp check\nhelp use\nhelp quit\nhelp fly\n" };

        Assert.AreEqual(1, await console.RunAsync());

        Assert.AreEqual(
            "put KEY [VALUE] [OPTIONS]: write a value; options --file PATH, --lease ID\n  KEY          1..1024 bytes of UTF-8\n  VALUE        text, up to 1 MiB of UTF-8; left out with --file\n"
            + "  --file PATH  the value is what this file holds, text of up to 1 MiB of UTF-8, byte for byte: a line end at its end is kept; - is standard input\n"
            + "  --lease ID   the lease that the key lives by: it goes when the lease is over\n"
            + "check: compare the contents of all replicas\n"
            + "  use N  ask replica N only; \"use any\" goes back to any\n"
            + "  exit  leave (also quit, and Ctrl-D or Ctrl-C at an empty line)\n",
            console.Out);
        Assert.StartsWith("There is no verb \"fly\".", console.Error);
    }

    [TestMethod]
    public async Task Help_OfAVerb_IsThatOfTheVerb()
    {
        using var console = new ConsoleUnderTest();

        Assert.AreEqual(0, await console.RunAsync("help", "put"), console.Error);

        Assert.Contains("write a value", console.Out);
        Assert.DoesNotContain("prepopulate", console.Out);
    }

    [TestMethod]
    [DataRow("run x")]
    [DataRow("backup x")]
    [DataRow("verify-backup x")]
    [DataRow("restore x")]
    [DataRow("export x")]
    [DataRow("import x")]
    [DataRow("demo")]
    [DataRow("chaos")]
    [DataRow("verify x")]
    public async Task Prompt_CommandOfTheCommandLine_IsSaidToBeOne(string line)
    {
        using var console = new ConsoleUnderTest { Input = $"{line}\n" };

        Assert.AreEqual(1, await console.RunAsync());

        Assert.AreEqual($"{line.Split(' ')[0]} is a command of its own: leave the prompt, and give it on the command line.\n", console.Error);
    }

    // The ported client skipped input that did not start with a verb, without a word.
    [TestMethod]
    public async Task Prompt_NoVerb_IsAnsweredAndTheNextLineRuns()
    {
        using var console = new ConsoleUnderTest { Input = "k = v\nput k v\nget k" };

        Assert.AreEqual(1, await console.RunAsync());

        Assert.StartsWith("There is no verb \"k\".", console.Error);
        Assert.AreEqual("created at revision 1\nv\n", console.Out);
    }

    [TestMethod]
    public async Task Prompt_Watch_TakesItsOptions()
    {
        using var console = new ConsoleUnderTest { Input = "put apple red\nwatch a --limit 1 --prefix --from 1\nwatch a --prefx\nwatch a --from\n" };

        Assert.AreEqual(1, await console.RunAsync());

        Assert.AreEqual("created at revision 1\n1 put apple red\n", console.Out);
        Assert.AreEqual(
            "watch does not know \"--prefx\"; it takes --prefix, --from REVISION and --limit N.\n--from is \"\"; write a whole number from 1 on.\n",
            console.Error);
    }

    // Ctrl-C ends the watch, and not the prompt.
    [TestMethod]
    public async Task Prompt_CtrlCInAWatch_EndsItAndTheNextLineRuns()
    {
        using var console = new ConsoleUnderTest { Input = "watch k\nput k v\n" };
        using var interrupts = new Interrupts();
        console.Cluster.Heard = (_, operation) =>
        {
            if (operation.StartsWith("watch from 1 ", StringComparison.Ordinal))
            {
                interrupts.Interrupt();
            }
        };

        await new ConsoleProgram(console.Io(), interrupts, console.Connect).RunAsync(["--servers", ServersXml.Path]);

        Assert.AreEqual("Interrupted.\n", console.Error);
        Assert.AreEqual("created at revision 1\n", console.Out);
    }

    [TestMethod]
    public async Task Prompt_UseReplica_PinsUntilAny()
    {
        using var console = new ConsoleUnderTest { Input = "use 4\nget k\nuse 9\nuse any\n" };

        await console.RunAsync();

        Assert.AreEqual("asking replica 4 only\nnot found\nasking any replica\n", console.Out);
        Assert.AreEqual("There is no replica 9; the replicas are 1, 2, 3, 4, 5.\n", console.Error);
        Assert.AreEqual(4, Assert.ContainsSingle(console.Cluster.Calls.Where(call => call.Operation != "status")).Replica);
    }

    [TestMethod]
    public void Completion_FirstWord_OffersVerbs()
    {
        var completion = new VerbCompletion();

        Assert.AreSequenceEqual(["put", "prepopulate"], completion.GetCompletions("", "p", "") ?? []);
        Assert.IsNull(completion.GetCompletions("put ", "p", ""));
    }

    [TestMethod]
    public async Task Interrupt_CommandRuns_EndsItAndNotThePrompt()
    {
        using var interrupts = new Interrupts();

        await Assert.ThrowsAsync<OperationCanceledException>(() => interrupts.GuardAsync(async cancel =>
        {
            interrupts.Interrupt();
            cancel.ThrowIfCancellationRequested();
            return await Task.FromResult(0);
        }));

        Assert.IsFalse(interrupts.Leaving.IsCancellationRequested);
        interrupts.Interrupt();
        Assert.IsTrue(interrupts.Leaving.IsCancellationRequested);
    }
}
