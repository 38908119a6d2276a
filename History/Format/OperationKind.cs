namespace PaxosWcf.History;

/// <summary>What a call asks of the store.</summary>
public enum OperationKind
{
    /// <summary>Writes a value.</summary>
    Put,

    /// <summary>Reads.</summary>
    Get,

    /// <summary>Removes the key.</summary>
    Delete,

    /// <summary>Compare and set: writes only when the key holds what the caller expects.</summary>
    Cas,
}

/// <summary>What a line says about its call.</summary>
public enum CallPhase
{
    /// <summary>The call is about to be sent.</summary>
    Invoke,

    /// <summary>Answered, and the answer is recorded.</summary>
    Ok,

    /// <summary>It certainly had no effect and never will.</summary>
    Fail,

    /// <summary>Anything else: it takes effect at some moment after its invocation, or never.</summary>
    Info,
}
