namespace PaxosWcf.Simulator;

/// <summary>What a run came to.</summary>
/// <param name="Seed">Its seed.</param>
/// <param name="Steps">Events that happened.</param>
/// <param name="Ticks">How long it was.</param>
/// <param name="Chosen">Slots that have a chosen value.</param>
/// <param name="Answered">Calls that were answered.</param>
/// <param name="Reads">Reads among them.</param>
/// <param name="Doubtful">Calls that ended without a certain outcome.</param>
/// <param name="WithoutEffect">Calls whose user was told that they had no effect.</param>
/// <param name="Faults">Faults that began.</param>
/// <param name="Messages">Messages between replicas.</param>
/// <param name="Installed">Snapshots of the state that a replica installed because it was too far behind for the log.</param>
/// <param name="TraceHash">The same for every run of this plan.</param>
public sealed record RunReport(
    int Seed, long Steps, long Ticks, int Chosen, int Answered, int Reads, int Doubtful, int WithoutEffect, int Faults,
    long Messages, int Installed, string TraceHash);
