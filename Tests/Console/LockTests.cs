using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using PaxosWcf.Client;
using PaxosWcf.ClientApp;
using PaxosWcf.Contracts;
using PaxosWcf.Tests.Client;
using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.Console;

/// <summary>The verb that holds a lock, by itself or while a command runs.</summary>
[TestClass]
public sealed class LockTests(TestContext test)
{
    private const string Key = "n/1-0-0123456789abcdef";
    private const int Patience = 60_000;

    private static readonly TimeSpan Third = TimeSpan.FromSeconds(10);

    [TestMethod]
    [DataRow("lock n", $"holds {Key}, fencing number 1")]
    [DataRow("lock n --json", $"{{\"verb\":\"lock\",\"ok\":true,\"name\":\"n\",\"key\":\"{Key}\",\"fencingNumber\":1}}")]
    public async Task Lock_WithoutACommand_IsHeldUntilCtrlCAndGivenBack(string line, string said)
    {
        using var interrupts = new Interrupts();
        using var console = new ConsoleUnderTest();
        bool held = false;
        using var output = new HeardWriter(line =>
        {
            held |= line == said && console.Cluster.Get(Key).Found;
            interrupts.Interrupt();
        });
        console.Writer = output;

        Assert.AreEqual(130, await console.RunAsync(interrupts, line.Split(' ')), console.Error);

        Assert.IsTrue(held, output.ToString());
        Assert.Contains("Interrupted. The lock, or the place in its queue, is given back", console.Error + output);
        Assert.IsEmpty(console.Cluster.Leases.Names);
        Assert.IsFalse(console.Cluster.Get(Key).Found);
    }

    [TestMethod]
    public async Task Lock_Held_LooksLikeSomebody()
    {
        using var interrupts = new Interrupts();
        using var console = new ConsoleUnderTest();
        byte[] owner = [];
        console.Cluster.Heard = (_, operation) =>
        {
            if (operation.StartsWith("range", StringComparison.Ordinal))
            {
                owner = console.Cluster.Get(Key).Value!;
                interrupts.Interrupt();
            }
        };

        await console.RunAsync(interrupts, "lock", "n");

        Assert.AreEqual(
            string.Create(CultureInfo.InvariantCulture, $"{Environment.UserName} at {Environment.MachineName}, process {Environment.ProcessId}"),
            System.Text.Encoding.UTF8.GetString(owner));
    }

    [TestMethod]
    [DataRow("lock n", 30)]
    [DataRow("lock n --ttl 5m", 300)]
    [DataRow("lock n --ttl 45 -- true", 45)]
    public async Task Lock_Ttl_IsThatOfItsLease(string line, int seconds)
    {
        using var interrupts = new Interrupts();
        using var console = new ConsoleUnderTest();
        int granted = 0;
        console.Cluster.Heard = (_, operation) =>
        {
            if (operation == "batch")
            {
                granted = console.Cluster.Leases.Get(Key[2..]).TimeToLiveSeconds;
                interrupts.Interrupt();
            }
        };

        await console.RunAsync(interrupts, line.Split(' '));

        Assert.AreEqual(seconds, granted);
    }

    [TestMethod]
    [Timeout(Patience, CooperativeCancellation = true)]
    public async Task Lock_OfSomebodyElse_IsWaitedForUntilItGoes()
    {
        using var console = new ConsoleUnderTest();
        console.Cluster.Leases.Let("ff-0-0123456789abcdef");
        console.Cluster.Put("n/ff-0-0123456789abcdef", [1], "ff-0-0123456789abcdef");
        var waits = new TaskCompletionSource();
        console.Cluster.WatchWait = _ => waits.Task;
        console.Cluster.Heard = (_, operation) =>
        {
            if (operation.StartsWith("watch", StringComparison.Ordinal))
            {
                waits.TrySetResult();
                console.Cluster.Delete("n/ff-0-0123456789abcdef");
            }
        };

        Assert.AreEqual(0, await console.RunAsync("lock", "n", "--", "true"), console.Error);

        Assert.IsTrue(waits.Task.IsCompleted, "it waited");
        Assert.AreEqual($"holds {Key}, fencing number 2\n", console.Error);
    }

    [TestMethod]
    [Timeout(Patience, CooperativeCancellation = true)]
    public async Task Lock_LostWhileItIsHeld_ExitCode1()
    {
        var time = new StillTime();
        using var console = new ConsoleUnderTest { Time = time };

        Task<int> running = console.RunAsync("lock", "n", "--json");
        await time.IsSetAsync(Third, test.CancellationToken);
        console.Cluster.Leases.End(Key[2..]);
        time.Advance(Third);

        Assert.AreEqual(1, await running);
        Assert.Contains("\"verb\":\"lock\",\"ok\":false,\"error\":\"LockLost\",\"message\":\"Lock n is lost: its lease was revoked, or could not be renewed in time.\"", console.Out);
    }

    /// <summary>To give it back takes a while, where nobody answers.</summary>
    [TestMethod]
    [Timeout(Patience, CooperativeCancellation = true)]
    public async Task Lock_LostForNobodyAnswers_IsToldAtOnce()
    {
        var time = new StillTime();
        using var console = new ConsoleUnderTest { Time = time };
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var output = new HeardWriter(line =>
        {
            if (line!.Contains("LockLost", StringComparison.Ordinal))
            {
                told.SetResult();
            }
        });
        console.Writer = output;

        Task<int> running = console.RunAsync("lock", "n", "--json");
        await time.IsSetAsync(Third, test.CancellationToken);
        console.Cluster.Always = Mishap.Silent;
        time.Advance(3 * Third);

        await told.Task.WaitAsync(test.CancellationToken);
        Assert.IsFalse(running.IsCompleted, "it is still being given back");
        await time.PassAsync(TimeSpan.FromSeconds(2), test.CancellationToken);
        Assert.AreEqual(1, await running);
    }

    /// <summary>What the store said of a write in doubt it says no more: the lock was given back since.</summary>
    [TestMethod]
    public async Task Lock_InDoubt_NamesNoVerbThatTells()
    {
        using var console = new ConsoleUnderTest();
        (console.Cluster.Always, console.Cluster.AlwaysFor) = (Mishap.AnswerLost, "batch");

        Assert.AreEqual(3, await console.RunAsync("lock", "n", "--timeout", "100ms"));

        Assert.Contains("It may or may not have taken effect", console.Error);
        Assert.DoesNotContain("resolve", console.Error);
    }

    [TestMethod]
    [Timeout(Patience, CooperativeCancellation = true)]
    public async Task Lock_LostWhileItWaits_ExitCode1()
    {
        var time = new StillTime();
        using var console = new ConsoleUnderTest { Time = time };
        console.Cluster.WatchWait = wait => Task.Delay(wait, time, test.CancellationToken);
        console.Cluster.Leases.Let("ff-0-0123456789abcdef");
        console.Cluster.Put("n/ff-0-0123456789abcdef", [1], "ff-0-0123456789abcdef");

        Task<int> running = console.RunAsync("lock", "n", "--json");
        await time.IsSetAsync(Third, test.CancellationToken);
        await time.IsSetAsync(TimeSpan.FromSeconds(2.5), test.CancellationToken);
        console.Cluster.Leases.End(Key[2..]);
        time.Advance(Third);

        Assert.AreEqual(1, await running);
        Assert.Contains("\"error\":\"LockLost\",\"message\":\"The place in the queue for lock n was lost", console.Out);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [Timeout(Patience, CooperativeCancellation = true)]
    public async Task Command_RunsWithTheLock_AndItsExitCodeIsOurs()
    {
        using var directory = new TemporaryDirectory();
        using var console = new ConsoleUnderTest();
        string file = Path.Combine(directory.Path, "seen");

        int exitCode = await console.RunAsync(
            "lock", "n", "--", "sh", "-c", "echo \"$PAXOSWCF_LOCK_KEY $PAXOSWCF_FENCING_NUMBER $*\" > \"$0\"; exit 7", file, "--json", "--", "--ttl");

        Assert.AreEqual(7, exitCode);
        Assert.AreEqual($"{Key} 1 --json -- --ttl\n", await File.ReadAllTextAsync(file, test.CancellationToken));
        Assert.AreEqual("", console.Text, "standard output is the command's");
        Assert.AreEqual($"holds {Key}, fencing number 1\nthe command ended with exit code 7\n", console.Error);
        Assert.IsEmpty(console.Cluster.Leases.Names);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public async Task Command_Json_AnObjectBeforeItAndOneBehind()
    {
        using var console = new ConsoleUnderTest();

        Assert.AreEqual(0, await console.RunAsync("lock", "n", "--json", "--", "true"));

        string held = $"{{\"verb\":\"lock\",\"ok\":true,\"name\":\"n\",\"key\":\"{Key}\",\"fencingNumber\":1";
        Assert.AreEqual($"{held}}}\n{held},\"exitCode\":0}}\n", console.Text);
        Assert.AreEqual("", console.Error);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public async Task Prompt_CommandBehindTwoDashes_MayHoldWhatLooksLikeOurOptions()
    {
        using var directory = new TemporaryDirectory();
        string file = Path.Combine(directory.Path, "seen");
        using var console = new ConsoleUnderTest
        {
            Input = $"lock n --ttl 5s -- sh -c 'echo $* > $0' {file} \"--ttl\" 9s\nlock n --\nlock n \"--ttl\" 5s -- true\nlock n sh\nlock n --ttl\n",
        };

        Assert.AreEqual(1, await console.RunAsync());

        Assert.AreEqual("--ttl 9s\n", await File.ReadAllTextAsync(file, test.CancellationToken));
        Assert.AreEqual("the command ended with exit code 0\n", console.Out);
        Assert.AreEqual(
            $"""
             holds {Key}, fencing number 1
             -- wants a command behind it.
             lock cannot take --ttl as text, with quotes or without: it is one of its options. A program can.
             lock does not know "sh"; what it is to run goes behind --: lock NAME [OPTIONS] [-- COMMAND…].
             --ttl wants a time behind it.

             """.ReplaceLineEndings("\n"),
            console.Error);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public async Task Command_ThatIsNoProgram_IsRefusedAndTheLockGivenBack()
    {
        using var directory = new TemporaryDirectory();
        string file = Path.Combine(directory.Path, "text");
        await File.WriteAllTextAsync(file, "no program", test.CancellationToken);
        using var console = new ConsoleUnderTest();

        Assert.AreEqual(2, await console.RunAsync("lock", "n", "--", file));

        Assert.EndsWith($"The command \"{file}\" cannot be started: Permission denied.\n", console.Error);
        Assert.IsEmpty(console.Cluster.Leases.Names);
    }

    /// <summary>What it has started goes too: the pipe ends when the last who could write to it is gone.</summary>
    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [Timeout(Patience, CooperativeCancellation = true)]
    public async Task Command_LockIsLost_ItsProcessesAreKilledWithExitCode3()
    {
        using var directory = new TemporaryDirectory();
        var time = new StillTime();
        using var console = new ConsoleUnderTest { Time = time };
        string pipe = await PipeAsync(directory);

        Task<int> running = console.RunAsync("lock", "n", "--", "sh", "-c", "exec > \"$0\"; echo runs; sleep 120 & sleep 120; echo goes on", pipe);
        using StreamReader reader = await OpenAsync(pipe);
        Assert.AreEqual("runs", await LineAsync(reader));
        await time.IsSetAsync(Third, test.CancellationToken);
        console.Cluster.Leases.End(Key[2..]);
        time.Advance(Third);

        Assert.AreEqual(3, await running);
        Assert.IsNull(await LineAsync(reader));
        Assert.Contains("Lock n is lost: its lease was revoked, or could not be renewed in time. The command was killed;", console.Error);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [Timeout(Patience, CooperativeCancellation = true)]
    public async Task Command_InterruptedAndDoesNotEnd_IsKilledAfterAWhileAndTheLockGivenBack()
    {
        using var directory = new TemporaryDirectory();
        using var interrupts = new Interrupts();
        var time = new StillTime();
        using var console = new ConsoleUnderTest { Time = time };
        string pipe = await PipeAsync(directory);

        Task<int> running = console.RunAsync(interrupts, "lock", "n", "--", "sh", "-c", "exec > \"$0\"; echo runs; sleep 120", pipe);
        using StreamReader reader = await OpenAsync(pipe);
        Assert.AreEqual("runs", await LineAsync(reader));
        interrupts.Interrupt();
        await time.IsSetAsync(LockedCommand.Patience, test.CancellationToken);
        Assert.IsFalse(running.IsCompleted);
        Assert.IsTrue(console.Cluster.Get(Key).Found, "the lock is held while the command runs");
        time.Advance(LockedCommand.Patience);

        Assert.AreEqual(130, await running);
        Assert.IsNull(await LineAsync(reader));
        Assert.IsEmpty(console.Cluster.Leases.Names);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [Timeout(Patience, CooperativeCancellation = true)]
    public async Task Command_InterruptedAndEnds_IsNotKilled()
    {
        using var directory = new TemporaryDirectory();
        using var interrupts = new Interrupts();
        var time = new StillTime();
        using var console = new ConsoleUnderTest { Time = time };
        (string pipe, string back) = (await PipeAsync(directory), await PipeAsync(directory, "back"));

        Task<int> running = console.RunAsync(interrupts, "lock", "n", "--", "sh", "-c", "exec > \"$0\"; echo runs; read line < \"$1\"; echo $line", pipe, back);
        using StreamReader reader = await OpenAsync(pipe);
        Assert.AreEqual("runs", await LineAsync(reader));
        interrupts.Interrupt();
        await time.IsSetAsync(LockedCommand.Patience, test.CancellationToken);
        await File.WriteAllTextAsync(back, "tidied up\n", test.CancellationToken);

        Assert.AreEqual(130, await running);
        Assert.AreEqual("tidied up", await LineAsync(reader));
        Assert.IsEmpty(console.Cluster.Leases.Names);
    }

    /// <summary>At a terminal Ctrl-C reaches it too; these signals reach only us.</summary>
    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [Timeout(Patience, CooperativeCancellation = true)]
    [DataRow(PosixSignal.SIGTERM, "TERM")]
    [DataRow(PosixSignal.SIGHUP, "HUP")]
    public async Task Command_WhenWeAreSignalled_IsSignalledToo(PosixSignal signal, string name)
    {
        using var directory = new TemporaryDirectory();
        using var interrupts = new Interrupts();
        var time = new StillTime();
        using var console = new ConsoleUnderTest { Time = time };
        string pipe = await PipeAsync(directory);

        Task<int> running = console.RunAsync(
            interrupts, "lock", "n", "--", "sh", "-c", $"exec > \"$0\"; sleep 120 & trap 'echo told; kill $!; exit 0' {name}; echo runs; wait", pipe);
        using StreamReader reader = await OpenAsync(pipe);
        Assert.AreEqual("runs", await LineAsync(reader));
        interrupts.Leave(signal);

        Assert.AreEqual(130, await running);
        Assert.AreEqual("told", await LineAsync(reader));
        Assert.IsEmpty(console.Cluster.Leases.Names);
    }

    /// <summary>As what runs as another user, behind sudo.</summary>
    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [Timeout(Patience, CooperativeCancellation = true)]
    public async Task Command_InterruptedAndCannotBeKilled_KeepsTheLockUntilItEnds()
    {
        using var directory = new TemporaryDirectory();
        var time = new StillTime();
        using var console = new ConsoleUnderTest { Time = time };
        using var cancel = new CancellationTokenSource();
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        string back = await PipeAsync(directory);
        await using StoreConnection connection = console.Connect(FakeCluster.Options());
        await using StoreLock held = await StoreLock.AcquireAsync(connection.Store, "n", 3 * Third, cancel: test.CancellationToken);
        var command = new LockedCommand(held, Context(console, connection))
        {
            Kill = _ =>
            {
                asked.SetResult();
                throw new Win32Exception(1);
            },
        };

        Task<LockedEnd> running = command.RunAsync(LockedCommand.Read(["sh", "-c", "read line < \"$0\"", back]), cancel.Token);
        await cancel.CancelAsync();
        await time.PassAsync(LockedCommand.Patience, test.CancellationToken);
        await asked.Task.WaitAsync(test.CancellationToken);
        Assert.IsFalse(running.IsCompleted);
        await File.WriteAllTextAsync(back, "end\n", test.CancellationToken);

        await Assert.ThrowsAsync<OperationCanceledException>(() => running);
        Assert.Contains("The command could not be killed, or something that it has started. The lock is held until the command ends.", console.Error);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [Timeout(Patience, CooperativeCancellation = true)]
    public async Task Command_LockIsLostAndItCannotBeKilled_IsToldOf()
    {
        using var directory = new TemporaryDirectory();
        var time = new StillTime();
        using var console = new ConsoleUnderTest { Time = time };
        string back = await PipeAsync(directory);
        await using StoreConnection connection = console.Connect(FakeCluster.Options());
        await using StoreLock held = await StoreLock.AcquireAsync(connection.Store, "n", 3 * Third, cancel: test.CancellationToken);
        var command = new LockedCommand(held, Context(console, connection)) { Kill = _ => throw new AggregateException(new Win32Exception(1)) };

        Task<LockedEnd> running = command.RunAsync(LockedCommand.Read(["sh", "-c", "read line < \"$0\"", back]), test.CancellationToken);
        await time.IsSetAsync(Third, test.CancellationToken);
        console.Cluster.Leases.End(Key[2..]);
        time.Advance(Third);

        Assert.AreEqual(new LockedEnd(null, RunsOn: true), await running);
        await File.WriteAllTextAsync(back, "end\n", test.CancellationToken);
    }

    private static VerbContext Context(ConsoleUnderTest console, StoreConnection connection)
    {
        AppIo io = console.Io();
        return new VerbContext(connection, io, new Printer(io, json: false), TimeSpan.FromSeconds(15), ReadConsistency.Linearizable, console.Time);
    }

    private async Task<string> PipeAsync(TemporaryDirectory directory, string name = "pipe")
    {
        string path = Path.Combine(directory.Path, name);
        using Process made = Process.Start("mkfifo", [path]);
        await made.WaitForExitAsync(test.CancellationToken);
        return path;
    }

    // It is open once the other end is.
    private Task<StreamReader> OpenAsync(string pipe) =>
        Task.Run(() => new StreamReader(new FileStream(pipe, FileMode.Open, FileAccess.Read, FileShare.ReadWrite)), test.CancellationToken);

    // The read of a pipe cannot be cancelled, only no longer waited for.
    private Task<string?> LineAsync(StreamReader reader) =>
        Task.Run(() => reader.ReadLine(), test.CancellationToken).WaitAsync(test.CancellationToken);

    private sealed class HeardWriter(Action<string?> heard) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            heard(value);
        }
    }
}
