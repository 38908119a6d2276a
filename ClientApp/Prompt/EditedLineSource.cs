using RadLine;
using Spectre.Console;

namespace PaxosWcf.ClientApp;

/// <summary>Lines from a terminal, with editing, history (arrow up and down) and completion (tab).</summary>
internal sealed class EditedLineSource : ILineSource
{
    private readonly LineEditor _editor;
    private readonly ChangingPrompt _prompt = new();

    public EditedLineSource(IAnsiConsole terminal, ITextCompletion completion)
    {
        _editor = new LineEditor(terminal) { MultiLine = false, Completion = completion, Prompt = _prompt };
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
        _prompt.Text = prompt;
        return await _editor.ReadLine(cancel);
    }

    // The editor takes one prompt for its life, and the pinned replica is part of ours.
    private sealed class ChangingPrompt : ILineEditorPrompt
    {
        public string Text { get; set; } = "";

        public (Markup Markup, int Margin) GetPrompt(ILineEditorState state, int line) => (new Markup(Markup.Escape(Text)), 1);
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
