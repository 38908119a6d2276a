using PaxosWcf.ClientApp;
using RadLine;
using Spectre.Console;

namespace PaxosWcf.Tests.Console;

/// <summary>Ctrl-C at the prompt.</summary>
[TestClass]
public sealed class EditedLineTests : IDisposable
{
    private readonly Interrupts _interrupts = new();
    private readonly StringWriter _shown = new();
    private readonly Keys _keys = new();
    private readonly EditedLineSource _lines;

    public EditedLineTests()
    {
        var terminal = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.Yes,
            Out = new AnsiConsoleOutput(_shown),
        });
        _lines = new EditedLineSource(terminal, _interrupts, new VerbCompletion(), _keys);
    }

    [TestMethod]
    public async Task CtrlC_InALineThatHasBegun_TakesItBack()
    {
        var line = ReadAsync();
        _keys.Type("put k");
        await _keys.AreRead;
        _interrupts.Interrupt();

        Assert.AreEqual("", await line);
        Assert.EndsWith($"^C{Environment.NewLine}", _shown.ToString());
        Assert.IsFalse(_interrupts.Leaving.IsCancellationRequested);

        line = ReadAsync();
        _keys.Type("get k\r");
        Assert.AreEqual("get k", await line);
    }

    [TestMethod]
    public async Task CtrlC_AtAnEmptyLine_Leaves()
    {
        var line = ReadAsync();
        _interrupts.Interrupt();

        Assert.IsNull(await line);
    }

    [TestMethod]
    public async Task CtrlD_AtAnEmptyLine_Leaves()
    {
        var line = ReadAsync();
        _keys.Type("\u0004");

        Assert.IsNull(await line);
    }

    [TestMethod]
    public async Task Signal_InALineThatHasBegun_Leaves()
    {
        var line = ReadAsync();
        _keys.Type("put k");
        await _keys.AreRead;
        _interrupts.Leave(System.Runtime.InteropServices.PosixSignal.SIGTERM);

        Assert.IsNull(await line);
    }

    public void Dispose()
    {
        _interrupts.Dispose();
        _shown.Dispose();
    }

    private Task<string?> ReadAsync() => _lines.ReadAsync("paxos>", _interrupts.Leaving);

    // Keys that are typed while the editor waits for some.
    private sealed class Keys : IInputSource
    {
        private readonly Lock _lock = new();
        private readonly Queue<char> _typed = new();
        private TaskCompletionSource _read = new();
        private int _looks;

        public bool ByPassProcessing => false;

        /// <summary>The editor has read all that was typed, and asks for more.</summary>
        public Task AreRead => _read.Task;

        public void Type(string text)
        {
            lock (_lock)
            {
                (_read, _looks) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), 0);
                Array.ForEach(text.ToCharArray(), _typed.Enqueue);
            }
        }

        public bool IsKeyAvailable()
        {
            lock (_lock)
            {
                if (_typed.Count > 0)
                {
                    return true;
                }

                // The first look ends what is read at once; the next one comes when all of that is in the line.
                if (++_looks == 2)
                {
                    _read.TrySetResult();
                }

                return false;
            }
        }

        public ConsoleKeyInfo ReadKey()
        {
            lock (_lock)
            {
                char key = _typed.Dequeue();
                return key switch
                {
                    '\r' => new ConsoleKeyInfo(key, ConsoleKey.Enter, shift: false, alt: false, control: false),
                    '\u0004' => new ConsoleKeyInfo(key, ConsoleKey.D, shift: false, alt: false, control: true),
                    _ => new ConsoleKeyInfo(key, ConsoleKey.NoName, shift: false, alt: false, control: false),
                };
            }
        }
    }
}
