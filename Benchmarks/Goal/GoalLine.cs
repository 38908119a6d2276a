namespace PaxosWcf.Benchmarks.Goal;

/// <summary>One thing that is asked for, and what was measured.</summary>
/// <param name="What">What is asked for, in words.</param>
/// <param name="Measured">What was measured, in words; null: nothing, and the line is not met.</param>
/// <param name="Met">Whether it is as asked.</param>
internal sealed record GoalLine(string What, string? Measured, bool Met)
{
    public override string ToString() => $"{(Met ? "pass" : "FAIL")}  {What}: {Measured ?? "not measured"}";
}
