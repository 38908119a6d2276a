using System.Text;
using PaxosWcf.ClientApp;
using PaxosWcf.Contracts;
using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.Console;

/// <summary>Values from files, and to files.</summary>
[TestClass]
public sealed class ValueFileTests
{
    public required TestContext TestContext { get; set; }

    /// <summary>A byte-order mark and the last line end are the value's own.</summary>
    [TestMethod]
    [DataRow("\uFEFFline\r\nend\n")]
    [DataRow("")]
    [DataRow("put k v")]
    public async Task Put_OfAFile_TakesItByteForByte(string text)
    {
        using var directory = new TemporaryDirectory();
        string path = await WrittenAsync(directory, Encoding.UTF8.GetBytes(text));
        using var console = new ConsoleUnderTest();

        Assert.AreEqual(0, await console.RunAsync("put", "k", "--file", path), console.Error);

        Assert.AreEqual("created at revision 1\n", console.Out);
        Assert.AreSequenceEqual(Encoding.UTF8.GetBytes(text), console.Cluster.Get("k").Value!);
    }

    [TestMethod]
    [DataRow("put k --file -")]
    [DataRow("put --file - k")]
    [DataRow("put k --file - --lease 1-0-0123456789abcdef")]
    [DataRow("put --lease 1-0-0123456789abcdef k --file -")]
    public async Task Put_OfStandardInput_TakesItByteForByte(string line)
    {
        using var console = new ConsoleUnderTest { InputBytes = new MemoryStream("one\ntwo\n"u8.ToArray()) };
        console.Cluster.Leases.Grant(30);

        Assert.AreEqual(0, await console.RunAsync(line.Split(' ')), console.Error);

        Assert.AreSequenceEqual("one\ntwo\n"u8.ToArray(), console.Cluster.Get("k").Value!);
        Assert.HasCount(line.Contains("--lease", StringComparison.Ordinal) ? 1 : 0, console.Cluster.Leases.Get("1-0-0123456789abcdef").Keys!);
    }

    [TestMethod]
    public async Task Put_OfTheLargestFile_IsTaken()
    {
        using var directory = new TemporaryDirectory();
        string path = await WrittenAsync(directory, new byte[StoreLimits.ValueBytesMax]);
        using var console = new ConsoleUnderTest();

        Assert.AreEqual(0, await console.RunAsync("put", "k", "--file", path), console.Error);

        Assert.HasCount(StoreLimits.ValueBytesMax, console.Cluster.Get("k").Value!);
    }

    [TestMethod]
    public async Task Put_OfWhatIsTooLarge_NamesTheLimitAndReadsNoFurther()
    {
        using var endless = new EndlessStream();
        using var console = new ConsoleUnderTest { InputBytes = endless };

        Assert.AreEqual(2, await console.RunAsync("put", "k", "--file", "-"));

        Assert.AreEqual("Standard input has more than 1048576 bytes, the most that a value has; nothing was written.\n", console.Error);
        Assert.AreEqual(StoreLimits.ValueBytesMax + 1, endless.Given);
        Assert.IsEmpty(console.Cluster.Calls);
    }

    [TestMethod]
    [DataRow(new byte[] { 0xC3, 0xBC, (byte)'a', 0xFC, (byte)'b' }, 3)]
    [DataRow(new byte[] { 0xFF }, 0)]
    [DataRow(new byte[] { (byte)'a', 0xE2, 0x82 }, 1, DisplayName = "cut off within a character")]
    public async Task Put_OfWhatIsNoText_NamesTheByte(byte[] bytes, int offset)
    {
        using var directory = new TemporaryDirectory();
        string path = await WrittenAsync(directory, bytes);
        using var console = new ConsoleUnderTest();

        Assert.AreEqual(2, await console.RunAsync("put", "k", "--file", path));

        Assert.StartsWith($"The file \"{path}\" is no UTF-8 text: what begins at byte offset {offset} is none. Nothing was written;", console.Error);
        Assert.IsEmpty(console.Cluster.Calls);
    }

    [TestMethod]
    public async Task Put_OfStandardInputThatDoesNotEnd_ASignalEndsIt()
    {
        using var silent = new SilentStream();
        using var console = new ConsoleUnderTest { InputBytes = silent };
        using var interrupts = new Interrupts();

        Task<int> running = console.RunAsync(interrupts, "put", "k", "--file", "-");
        await silent.Asked;
        interrupts.Interrupt();

        Assert.AreEqual(130, await running.WaitAsync(TimeSpan.FromSeconds(5), TestContext.CancellationToken));
        Assert.AreEqual("Interrupted; nothing was written.\n", console.Error);
    }

    /// <summary>At the prompt, typed or not, and in a script standard input may be where the lines come from.</summary>
    [TestMethod]
    [DataRow("")]
    [DataRow("run -")]
    public async Task Put_OfStandardInputInALine_IsRefused(string line)
    {
        using var console = new ConsoleUnderTest { Input = "put k --file -\n", InputBytes = new MemoryStream("v"u8.ToArray()) };

        Assert.AreEqual(1, await console.RunAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

        Assert.Contains("Only on the command line is - standard input", console.Error);
        Assert.IsEmpty(console.Cluster.Calls);
    }

    [TestMethod]
    public async Task Put_OfAFileInAScript_IsTaken()
    {
        using var directory = new TemporaryDirectory();
        string path = await WrittenAsync(directory, "v"u8.ToArray());
        using var console = new ConsoleUnderTest { Input = $"put k --file '{path}'\n" };

        Assert.AreEqual(0, await console.RunAsync("run", "-"), console.Error);

        Assert.AreSequenceEqual("v"u8.ToArray(), console.Cluster.Get("k").Value!);
    }

    [TestMethod]
    public async Task Batch_WithAPutOfAFile_IsRefused()
    {
        using var console = new ConsoleUnderTest { Input = "put k --file f\n" };

        Assert.AreEqual(2, await console.RunAsync("batch", "-"));

        Assert.Contains("line 1: A batch takes its values from the script;", console.Error);
        Assert.IsEmpty(console.Cluster.Calls);
    }

    [TestMethod]
    [DataRow("put -- k --file")]
    [DataRow("put --lease 1-0-0123456789abcdef -- k --file")]
    public async Task Put_ValueThatLooksLikeTheOption_IsAValue(string line)
    {
        using var console = new ConsoleUnderTest();
        console.Cluster.Leases.Grant(30);

        Assert.AreEqual(0, await console.RunAsync(line.Split(' ')), console.Error);

        Assert.AreSequenceEqual("--file"u8.ToArray(), console.Cluster.Get("k").Value!);
    }

    [TestMethod]
    public async Task Get_ToAFile_WritesTheBytesAndNothingElse()
    {
        using var directory = new TemporaryDirectory();
        string path = directory.Below("value");
        using var console = new ConsoleUnderTest { OutIsTerminal = true };
        byte[] value = [0xff, 0x00, (byte)'\n', 0xfe];
        console.Cluster.Put("k", value);

        Assert.AreEqual(0, await console.RunAsync("get", "k", "--file", path), console.Error);

        Assert.AreSequenceEqual(value, await File.ReadAllBytesAsync(path, TestContext.CancellationToken));
        Assert.AreEqual($"4 bytes written to \"{path}\"\n", console.Out);
        Assert.HasCount(1, Directory.GetFiles(directory.Below("")));
    }

    [TestMethod]
    public async Task Get_ToAFileThatIsThere_LeavesItAsItIs()
    {
        using var directory = new TemporaryDirectory();
        string path = await WrittenAsync(directory, "old"u8.ToArray());
        using var console = new ConsoleUnderTest();
        console.Cluster.Put("k", "new"u8.ToArray());

        Assert.AreEqual(2, await console.RunAsync("get", "k", "--file", path));

        Assert.AreEqual($"There is a file \"{path}\" already; name another, or remove it.\n", console.Error);
        Assert.AreEqual("old", await File.ReadAllTextAsync(path, TestContext.CancellationToken));
    }

    [TestMethod]
    public async Task Get_OfWhatIsNotThere_MakesNoFile()
    {
        using var directory = new TemporaryDirectory();
        using var console = new ConsoleUnderTest();

        Assert.AreEqual(1, await console.RunAsync("get", "k", "--file", directory.Below("value")));

        Assert.AreEqual("not found\n", console.Error);
        Assert.IsFalse(File.Exists(directory.Below("value")));
    }

    private async Task<string> WrittenAsync(TemporaryDirectory directory, byte[] bytes)
    {
        string path = directory.Below("value");
        await File.WriteAllBytesAsync(path, bytes, TestContext.CancellationToken);
        return path;
    }

    /// <summary>Gives bytes for as long as somebody asks.</summary>
    private sealed class EndlessStream : InputStream
    {
        public long Given { get; private set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            Given += count;
            return count;
        }
    }

    /// <summary>A pipe into which nobody writes.</summary>
    private sealed class SilentStream : InputStream
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _end = new();

        public Task Asked => _asked.Task;

        public override int Read(byte[] buffer, int offset, int count)
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

    private abstract class InputStream : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
