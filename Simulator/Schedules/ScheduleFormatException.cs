namespace PaxosWcf.Simulator;

/// <summary>A schedule cannot be read, or asks for something that makes no sense. The message is a sentence.</summary>
public sealed class ScheduleFormatException(string message, Exception? inner = null) : Exception(message, inner);
