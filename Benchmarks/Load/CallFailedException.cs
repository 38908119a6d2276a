namespace PaxosWcf.Benchmarks.Load;

/// <summary>A call was not answered as it must be; it counts as an error of the measurement.</summary>
internal sealed class CallFailedException(string message, Exception? inner = null) : Exception(message, inner);
