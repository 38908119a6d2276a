namespace PaxosWcf.Consensus;

/// <summary>Why a change of the members is not proposed.</summary>
/// <param name="Why">A sentence for the operator.</param>
/// <param name="MayPass">Whether the same change may be taken in a moment, without anybody doing anything about it: while leaders
/// change, or another change is under way.</param>
public sealed record ChangeRefusal(string Why, bool MayPass);
