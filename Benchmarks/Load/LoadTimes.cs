namespace PaxosWcf.Benchmarks.Load;

/// <summary>How long one measurement takes.</summary>
/// <param name="WarmUp">Load that is not counted, first.</param>
/// <param name="Measured">Load that is counted, then.</param>
internal sealed record LoadTimes(TimeSpan WarmUp, TimeSpan Measured);
