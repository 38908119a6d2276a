namespace PaxosWcf.History;

/// <summary>What an operation wants the key to hold at the moment it takes effect.</summary>
internal enum NeedKind
{
    Anything,

    /// <summary>Exactly a value, or that the key is absent.</summary>
    Value,

    /// <summary>Anything but a value, or but absence.</summary>
    NotValue,

    /// <summary>Any value.</summary>
    Present,
}

/// <summary>One operation on one key as the model sees it: put, get, delete and compare-and-set all come down to what they
/// need the key to hold and what they make it hold. null stands for absence.</summary>
internal sealed record RegisterOperation(RecordedCall Call)
{
    public required NeedKind Need { get; init; }

    public string? Needed { get; init; }

    /// <summary>Whether it makes the key hold <see cref="Output"/>; a read does not.</summary>
    public bool Writes { get; init; }

    public string? Output { get; init; }

    public required long Invoked { get; init; }

    public required long Completed { get; init; }

    /// <summary>Whether it may as well never take effect.</summary>
    public bool IsOptional => Completed == RecordedCall.Never;

    /// <summary>The operation that a call is; null for one that says nothing.</summary>
    public static RegisterOperation? From(RecordedCall call)
    {
        RegisterOperation operation = Certain(call);
        return call.Outcome switch
        {
            CallPhase.Ok => operation,
            CallPhase.Info => operation.Relaxed(),
            _ => null,
        };
    }

    /// <summary>The same with its answer taken away: it may take effect at any time after its invocation, or never. null
    /// for what then says nothing.</summary>
    public RegisterOperation? Relaxed()
    {
        // Without its answer a compare-and-set that does not match is the same as one that never happened.
        bool conditional = Call.Operation == OperationKind.Cas;
        return !Call.IsWrite ? null : this with
        {
            Completed = RecordedCall.Never,
            Need = conditional ? NeedKind.Value : NeedKind.Anything,
            Needed = conditional ? Call.Expected : null,
            Writes = true,
            Output = Call.Written,
        };
    }

    private static RegisterOperation Certain(RecordedCall call)
    {
        (NeedKind need, string? needed, bool writes) = (call.Operation, call.Found) switch
        {
            (OperationKind.Get, _) => (NeedKind.Value, call.Read, false),
            (OperationKind.Cas, true) => (NeedKind.Value, call.Expected, true),
            (OperationKind.Cas, _) => (NeedKind.NotValue, call.Expected, false),
            (_, true) => (NeedKind.Present, null, true),
            (OperationKind.Delete, false) => (NeedKind.Value, null, false),
            (_, false) => (NeedKind.Value, (string?)null, true),
            _ => (NeedKind.Anything, null, true),
        };
        return new RegisterOperation(call)
        {
            Need = need,
            Needed = needed,
            Writes = writes,
            Output = writes ? call.Written : null,
            Invoked = call.InvokedAt,
            Completed = call.CompletedAt,
        };
    }
}
