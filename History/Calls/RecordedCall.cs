using System.Text;

namespace PaxosWcf.History;

/// <summary>One call of a client, from its invocation to its completion.</summary>
/// <param name="Invocation">The line that began it.</param>
/// <param name="Completion">The line that ended it; null: none did, which counts as indeterminate.</param>
public sealed record RecordedCall(PlacedLine Invocation, PlacedLine? Completion)
{
    /// <summary>The end of a call that never ends.</summary>
    public const long Never = long.MaxValue;

    private CallLine Invoked => (CallLine)Invocation.Line;

    private CallLine? Completed => (CallLine?)Completion?.Line;

    /// <summary>The client that made it, of which no other call was open meanwhile.</summary>
    public int Process => Invoked.Process;

    /// <summary>What it asked.</summary>
    public OperationKind Operation => Invoked.Operation;

    /// <summary>The key that it is about.</summary>
    public string Key => Invoked.Key;

    /// <summary>How it ended: never <see cref="CallPhase.Invoke"/>.</summary>
    public CallPhase Outcome => Completed?.Phase ?? CallPhase.Info;

    /// <summary>When it was about to be sent, in nanoseconds of the recorder's clock.</summary>
    public long InvokedAt => Invoked.TimeNs;

    /// <summary>When its answer was there; an indeterminate call may take effect for ever.</summary>
    public long CompletedAt => Outcome == CallPhase.Info ? Never : Completed!.TimeNs;

    /// <summary>What was to be written; null: that the key be absent.</summary>
    public string? Written => Invoked.Value;

    /// <summary>What a compare-and-set expected; null: that the key be absent.</summary>
    public string? Expected => Invoked.Expected;

    /// <summary>Whether the key was there; of a compare-and-set, whether it matched; null: the history does not say.</summary>
    public bool? Found => Completed?.Found;

    /// <summary>What a get found; null: nothing.</summary>
    public string? Read => Completed?.Value;

    /// <summary>Who answered, or was asked; null: the history does not say.</summary>
    public string? Node => Completed?.Node ?? Invoked.Node;

    /// <summary>The position in the order of all writes at which it took effect; null: the history does not say.</summary>
    public long? Slot => Completed?.Slot;

    /// <summary>What its client was told instead of an answer; null: nothing.</summary>
    public string? Error => Completed?.Error;

    /// <summary>Whether it may change what the key holds.</summary>
    public bool IsWrite => Operation != OperationKind.Get;

    /// <summary>"get → "a"" or "cas "a" → "b": no match".</summary>
    public override string ToString()
    {
        var text = new StringBuilder(LineFields.Of(Operation));
        _ = Operation switch
        {
            OperationKind.Put => text.Append(' ').Append(Quoted(Written)),
            OperationKind.Cas => text.Append(' ').Append(Quoted(Expected)).Append(" to ").Append(Quoted(Written)),
            _ => text,
        };
        return text.Append(Ending()).ToString();
    }

    private string Ending()
    {
        return (Outcome, Operation, Found) switch
        {
            (CallPhase.Fail, _, _) => ": failed",
            (CallPhase.Info, _, _) => Completion is null ? ": no answer recorded" : $": outcome unknown ({Error ?? "no reason given"})",
            (_, OperationKind.Get, _) => $" → {Quoted(Read)}",
            (_, OperationKind.Cas, true) => ": matched",
            (_, OperationKind.Cas, _) => ": did not match",
            (_, OperationKind.Put, true) => ": replaced",
            (_, OperationKind.Put, false) => ": created",
            (_, OperationKind.Delete, true) => ": deleted",
            (_, OperationKind.Delete, false) => ": nothing to delete",
            _ => ": done",
        };
    }

    private static string Quoted(string? value)
    {
        const int shown = 60;
        return value is null ? "nothing" : value.Length <= shown ? $"\"{value}\"" : $"\"{value[..shown]}…\" ({value.Length} characters)";
    }
}
