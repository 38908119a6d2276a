using RadLine;
using Spectre.Console;

namespace PaxosWcf.ClientApp;

/// <summary>Lines from a terminal, with editing, history (arrow up and down) and completion (tab).</summary>
internal sealed class EditedLineSource : ILineSource
{
    private readonly LineEditor _editor;
    private readonly IAnsiConsole _terminal;
    private readonly Interrupts _interrupts;
    private readonly ChangingPrompt _prompt = new();
    private readonly CountedKeys _keys;

    /// <param name="terminal">Where the line is shown.</param>
    /// <param name="interrupts">What Ctrl-C does.</param>
    /// <param name="completion">What tab does.</param>
    /// <param name="keys">Where keys come from; null: the terminal's own.</param>
    public EditedLineSource(IAnsiConsole terminal, Interrupts interrupts, ITextCompletion completion, IInputSource? keys = null)
    {
        (_terminal, _interrupts, _keys) = (terminal, interrupts, new CountedKeys(keys));
        _editor = new LineEditor(terminal, _keys) { MultiLine = false, Completion = completion, Prompt = _prompt };
        _editor.KeyBindings.Add<PreviousHistoryCommand>(ConsoleKey.UpArrow);
        _editor.KeyBindings.Add<NextHistoryCommand>(ConsoleKey.DownArrow);
        _editor.KeyBindings.Add<EndOfInputCommand>(ConsoleKey.D, ConsoleModifiers.Control);

        // As in every shell: who takes a line back out of the history, and means to begin anew, must not have the old one run.
        _editor.KeyBindings.Add<MoveHomeCommand>(ConsoleKey.A, ConsoleModifiers.Control);
        _editor.KeyBindings.Add<MoveEndCommand>(ConsoleKey.E, ConsoleModifiers.Control);
        _editor.KeyBindings.Add<ClearBeforeCommand>(ConsoleKey.U, ConsoleModifiers.Control);
        _editor.KeyBindings.Add<ClearBehindCommand>(ConsoleKey.K, ConsoleModifiers.Control);
        _editor.KeyBindings.Add<ClearWordCommand>(ConsoleKey.W, ConsoleModifiers.Control);
    }

    public static bool IsPossible(AppIo io) => io.InIsTerminal && io.OutIsTerminal && LineEditor.IsSupported(io.Terminal);

    public async Task<string?> ReadAsync(string prompt, CancellationToken cancel)
    {
        (_prompt.Text, _keys.AnyRead) = (prompt, false);
        (string? line, bool interrupted) = await _interrupts.GuardAsync(ReadAsync);

        // As in every shell: Ctrl-C takes a line back that has begun, and leaves where there is none.
        return line ?? (interrupted && _keys.AnyRead && !cancel.IsCancellationRequested ? "" : null);
    }

    private async Task<(string? Line, bool Interrupted)> ReadAsync(CancellationToken interrupt)
    {
        try
        {
            return (await _editor.ReadLine(interrupt), interrupt.IsCancellationRequested);
        }
        catch (OperationCanceledException)
        {
            // The editor leaves the cursor where it was.
            _terminal.WriteLine("^C");
            return (null, true);
        }
    }

    // The editor takes one prompt for its life, and the pinned replica is part of ours.
    private sealed class ChangingPrompt : ILineEditorPrompt
    {
        public string Text { get; set; } = "";

        public (Markup Markup, int Margin) GetPrompt(ILineEditorState state, int line) => (new Markup(Markup.Escape(Text)), 1);
    }

    // Passes keys on, and knows whether there was one.
    private sealed class CountedKeys(IInputSource? keys) : IInputSource
    {
        public bool AnyRead { get; set; }

        public bool ByPassProcessing => false;

        public bool IsKeyAvailable() => keys?.IsKeyAvailable() ?? Console.KeyAvailable;

        public ConsoleKeyInfo ReadKey()
        {
            AnyRead = true;
            return keys?.ReadKey() ?? Console.ReadKey(intercept: true);
        }
    }

    // Ctrl-D leaves, as in every shell, but only where it would not throw a line away.
    private sealed class EndOfInputCommand : LineEditorCommand
    {
        public override void Execute(LineEditorContext context)
        {
            if (context.Buffer.Length == 0)
            {
                context.Submit(SubmitAction.Cancel);
            }
        }
    }

    private sealed class ClearBeforeCommand : LineEditorCommand
    {
        public override void Execute(LineEditorContext context) => LineEdits.ClearBefore(context.Buffer);
    }

    private sealed class ClearBehindCommand : LineEditorCommand
    {
        public override void Execute(LineEditorContext context) => LineEdits.ClearBehind(context.Buffer);
    }

    private sealed class ClearWordCommand : LineEditorCommand
    {
        public override void Execute(LineEditorContext context) => LineEdits.ClearWord(context.Buffer);
    }
}
