namespace PaxosWcf.History;

/// <summary>One key while the log is replayed. Writes whose place in the log is not known may explain an answer that the
/// known ones do not.</summary>
internal sealed class ReplayedKey(IEnumerable<RecordedCall> unplaced)
{
    private readonly List<RecordedCall> _unplaced = [.. unplaced];
    private string? _value;
    private bool _known = true;

    public RecordedCall? LastWrite { get; private set; }

    /// <summary>False when the answer cannot be.</summary>
    public bool Replay(RecordedCall call)
    {
        RegisterOperation operation = RegisterOperation.From(call)!;
        bool explained = !_known || IsLegal(operation) || IsExplained(operation);
        if (operation.Writes)
        {
            (_value, _known, LastWrite) = (operation.Output, true, call);
        }
        else if (operation.Need == NeedKind.Value)
        {
            (_value, _known) = (operation.Needed, true);
        }

        return explained;
    }

    private bool IsLegal(RegisterOperation operation)
    {
        return operation.Need switch
        {
            NeedKind.Value => _value == operation.Needed,
            NeedKind.NotValue => _value != operation.Needed,
            NeedKind.Present => _value is not null,
            _ => true,
        };
    }

    private bool IsExplained(RegisterOperation operation)
    {
        bool explained = _unplaced.Exists(w => w.InvokedAt <= operation.Completed && (operation.Need switch
        {
            NeedKind.Value => w.Written == operation.Needed,
            NeedKind.NotValue => w.Written != operation.Needed,
            _ => w.Written is not null,
        }));
        _known &= !explained;
        return explained;
    }
}
