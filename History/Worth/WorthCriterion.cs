namespace PaxosWcf.History;

/// <summary>One thing that makes an OK mean something.</summary>
/// <param name="Name">What is looked at.</param>
/// <param name="Measured">What was found.</param>
/// <param name="Wanted">What would be enough.</param>
/// <param name="IsMet">Whether it is.</param>
public sealed record WorthCriterion(string Name, string Measured, string Wanted, bool IsMet);
