namespace PaxosWcf.Simulator;

/// <summary>A simulated cluster broke a rule. The message says which, and how to see it again.</summary>
public sealed class SimulationException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The power goes in the middle of what a replica does.</summary>
internal sealed class PowerCutException : Exception;
