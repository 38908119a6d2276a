namespace PaxosWcf.Simulator;

/// <summary>A schedule that was written by hand to show something.</summary>
/// <param name="Name">How it is asked for.</param>
/// <param name="Shows">What there is to see.</param>
/// <param name="Plan">What is run.</param>
public sealed record Scenario(string Name, string Shows, RunPlan Plan);
