namespace PaxosWcf.History;

/// <summary>What a verifier concludes, and tells the shell.</summary>
public enum Verdict
{
    /// <summary>Every key has a legal order.</summary>
    Ok = 0,

    /// <summary>At least one has none.</summary>
    Illegal = 1,

    /// <summary>Time was over first.</summary>
    Unknown = 2,

    /// <summary>The history is malformed, or too thin to be worth a verdict where one was asked for.</summary>
    Bad = 3,
}

/// <summary>What came of one key.</summary>
/// <param name="Key">The key.</param>
/// <param name="Calls">How many calls were looked at.</param>
/// <param name="Verdict">Never <see cref="Verdict.Bad"/>.</param>
/// <param name="Witness">Where it is illegal, and was made small in time: why.</param>
public sealed record KeyVerdict(string Key, int Calls, Verdict Verdict, Witness? Witness);
