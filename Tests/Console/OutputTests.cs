using System.Globalization;
using PaxosWcf.Tests.Cluster;
using PaxosWcf.Tests.Host;

namespace PaxosWcf.Tests.Console;

/// <summary>An output that takes nothing, and one that nobody reads any more.</summary>
[TestClass]
public sealed class OutputTests
{
    public required TestContext TestContext { get; set; }

    [TestMethod]
    [DataRow("status --json", 3)]
    [DataRow("status", 3)]
    [DataRow("fail 9 --json", 3)]
    [DataRow("gett k --json", 3)]
    [DataRow("--help", 3)]
    public async Task Output_CannotBeWritten_OneSentence(string line, int exitCode)
    {
        using var full = new FullWriter();
        using var console = new ConsoleUnderTest { Writer = full };

        Assert.AreEqual(exitCode, await console.RunAsync(line.Split(' ')));

        Assert.AreEqual("The output cannot be written: No space left on device\n", console.Error);
    }

    [TestMethod]
    [DataRow("status")]
    [DataRow("--help")]
    public async Task Output_IsClosed_OneSentence(string line)
    {
        using var closed = new FullWriter { Why = new UnauthorizedAccessException("Access to the path is denied.") };
        using var console = new ConsoleUnderTest { Writer = closed };

        Assert.AreEqual(3, await console.RunAsync(line));

        Assert.AreEqual("The output cannot be written: Access to the path is denied.\n", console.Error);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [Timeout(60_000, CooperativeCancellation = true)]
    public async Task Watch_NobodyReadsAnyMore_Ends()
    {
        await using var cluster = await HostedCluster.StartAsync(replicas: 1);
        await cluster.StoreAsync(1, store => store.PutAsync("k", "1"u8.ToArray(), null));
        Uri address = cluster.ClientAddress(1);
        using var watching = ConsoleProcess.Start(
            "watch", "k", "--from", "1", "--host", address.Host, "--port", address.Port.ToString(CultureInfo.InvariantCulture));
        try
        {
            Assert.AreEqual("1 put k 1", await watching.StandardOutput.ReadLineAsync(TestContext.CancellationToken));
            watching.StandardOutput.Close();
            await cluster.StoreAsync(1, store => store.PutAsync("k", "2"u8.ToArray(), null));

            await watching.WaitForExitAsync(TestContext.CancellationToken).WaitAsync(TimeSpan.FromSeconds(10), TestContext.CancellationToken);
            Assert.AreEqual(0, watching.ExitCode);
            Assert.AreEqual("", await watching.StandardError.ReadToEndAsync(TestContext.CancellationToken));
        }
        finally
        {
            watching.Kill();
        }
    }

    [TestMethod]
    public async Task Process_ByteOrderMarkAndSigns_GoThroughItsPipes()
    {
        var (exitCode, output, errors) = await ConsoleProcess.RunAsync(
            "\uFEFFput grün\nexit\n", TestContext.CancellationToken, "--host", "127.0.0.1", "--port", "1");

        Assert.AreEqual(1, exitCode, output);
        Assert.StartsWith("put wants VALUE", errors);
    }

    private sealed class FullWriter : StringWriter
    {
        public Exception Why { get; init; } = new IOException("No space left on device");

        public override void Write(char value) => throw Full();

        public override void Write(char[] buffer, int index, int count) => throw Full();

        public override void Write(ReadOnlySpan<char> buffer) => throw Full();

        public override void Write(string? value) => throw Full();

        public override void WriteLine(string? value) => throw Full();

        private Exception Full() => Why;
    }
}
