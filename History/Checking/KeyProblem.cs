namespace PaxosWcf.History;

/// <summary>An operation in numbers. A value is a number too: 0 is absence.</summary>
internal readonly record struct Step(NeedKind Need, int Needed, bool Writes, int Output)
{
    public bool IsLegalAt(int state)
    {
        return Need switch
        {
            NeedKind.Value => state == Needed,
            NeedKind.NotValue => state != Needed,
            NeedKind.Present => state != KeyProblem.Absent,
            _ => true,
        };
    }

    public int After(int state) => Writes ? Output : state;
}

/// <summary>The operations on one key, made ready for the search: certain ones in the order of invocation, indeterminate
/// ones in classes of those that do the same.</summary>
internal sealed class KeyProblem
{
    public const int Absent = 0;

    /// <summary>Stands for every value that nobody asks about: such values cannot be told apart.</summary>
    private const int Other = 1;

    private readonly Dictionary<string, int> _values = [];

    public KeyProblem(IReadOnlyList<RegisterOperation> operations)
    {
        foreach (RegisterOperation operation in operations)
        {
            if (operation is { Need: NeedKind.Value or NeedKind.NotValue, Needed: { } mentioned })
            {
                _values.TryAdd(mentioned, _values.Count + Other + 1);
            }
        }

        RegisterOperation[] certain = [.. operations.Where(o => !o.IsOptional).OrderBy(o => o.Invoked)];
        Steps = [.. certain.Select(StepOf)];
        Invoked = [.. certain.Select(o => o.Invoked)];
        Completed = [.. certain.Select(o => o.Completed)];
        ByCompletion = [.. Enumerable.Range(0, certain.Length).OrderBy(i => Completed[i])];
        Optional = [.. operations.Where(o => o.IsOptional)
            .GroupBy(StepOf, (step, all) => new OptionalClass(step, [.. all.Select(o => o.Invoked).Order()]))
            .Where(c => c.Step.Writes)];
    }

    /// <summary>Certain operations.</summary>
    public Step[] Steps { get; }

    public long[] Invoked { get; }

    public long[] Completed { get; }

    /// <summary>Certain operations in the order of completion.</summary>
    public int[] ByCompletion { get; }

    public OptionalClass[] Optional { get; }

    /// <summary>Values are numbered below this.</summary>
    public int Values => _values.Count + Other + 1;

    private Step StepOf(RegisterOperation operation)
    {
        bool exact = operation.Need is NeedKind.Value or NeedKind.NotValue;
        int needed = exact ? NumberOf(operation.Needed) : Absent;
        int output = operation.Writes ? NumberOf(operation.Output) : Absent;

        // What writes the very value that it needs changes nothing: it is a read.
        bool writes = operation.Writes && !(operation.Need == NeedKind.Value && needed == output);
        return new Step(operation.Need, needed, writes, writes ? output : Absent);
    }

    private int NumberOf(string? value)
    {
        return value is null ? Absent : _values.GetValueOrDefault(value, Other);
    }
}

/// <summary>Indeterminate operations that do the same. Whichever of them is wanted, the one that was invoked first will do.</summary>
/// <param name="Step">What each does.</param>
/// <param name="Invoked">When they were invoked, in order.</param>
internal sealed record OptionalClass(Step Step, long[] Invoked);
