namespace PaxosWcf.Consensus;

/// <summary>Something was proposed or chosen that only a newer build can read, and that must not be passed over: the replica stops before it, and a newer build goes on with it.</summary>
/// <param name="message">What, and what to do.</param>
public class NewerBuildException(string message) : Exception(message);
