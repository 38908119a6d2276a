using System.Text;
using PaxosWcf.ClientApp;
using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.Console;

/// <summary>Scripts as they come: from files, from pipes that do not end, and of bytes that are no text.</summary>
[TestClass]
public sealed class InputTests
{
    private static readonly byte[] NoText = [.. "put k "u8, 0xFC, (byte)'\n'];

    public required TestContext TestContext { get; set; }

    [TestMethod]
    [DataRow("run -", "Interrupted; nothing of the script was done.\n")]
    [DataRow("batch -", "Interrupted; nothing of the script was done.\n")]
    [DataRow("", "")]
    public async Task StandardInput_DoesNotEnd_ASignalEndsTheProgram(string line, string sentence)
    {
        using var endless = new SilentReader();
        using var console = new ConsoleUnderTest { Reader = endless };
        using var interrupts = new Interrupts();

        Task<int> running = console.RunAsync(interrupts, line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        await endless.Asked;
        interrupts.Interrupt();

        Assert.AreEqual(130, await running.WaitAsync(TimeSpan.FromSeconds(5), TestContext.CancellationToken));
        Assert.AreEqual(sentence, console.Error);
    }

    [TestMethod]
    [DataRow("run -")]
    [DataRow("batch -")]
    [DataRow("")]
    public async Task StandardInput_IsNoText_ExitCode2AndNothingSent(string line)
    {
        using var console = new ConsoleUnderTest { Reader = AppIo.ReaderOf(new MemoryStream(NoText)) };

        Assert.AreEqual(2, await console.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

        Assert.StartsWith("Standard input is no UTF-8 text; ", console.Error);
        Assert.IsEmpty(console.Cluster.Mutations);
    }

    [TestMethod]
    [DataRow("run")]
    [DataRow("batch")]
    public async Task Script_IsNoText_ExitCode2AndNothingSent(string verb)
    {
        using var directory = new TemporaryDirectory();
        string path = directory.Below("script");
        await File.WriteAllBytesAsync(path, NoText, TestContext.CancellationToken);
        using var console = new ConsoleUnderTest();

        Assert.AreEqual(2, await console.RunAsync(verb, path));

        Assert.AreEqual($"The script \"{path}\" is no UTF-8 text; nothing of it was done.\n", console.Error);
        Assert.IsEmpty(console.Cluster.Mutations);
    }

    [TestMethod]
    [DataRow("run - --quiet")]
    [DataRow("batch -")]
    [DataRow("")]
    public async Task StandardInput_BeginsWithAByteOrderMark_IsRead(string line)
    {
        using var console = new ConsoleUnderTest { Reader = AppIo.ReaderOf(new MemoryStream(Encoding.UTF8.GetBytes("\uFEFFput k v\n"))) };

        Assert.AreEqual(0, await console.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)), console.Error);

        Assert.HasCount(1, console.Cluster.Mutations);
    }

    /// <summary>A pipe into which nobody writes.</summary>
    private sealed class SilentReader : TextReader
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _end = new();

        public Task Asked => _asked.Task;

        public override int Read() => Read([], 0, 0) - 1;

        public override int Read(char[] buffer, int index, int count)
        {
            _asked.TrySetResult();
            _end.Wait();
            return 0;
        }

        // The event is left to whoever still waits for it.
        protected override void Dispose(bool disposing)
        {
            _end.Set();
            base.Dispose(disposing);
        }
    }
}
