namespace PaxosWcf.Benchmarks;

/// <summary>A benchmark cannot go on; the message is a sentence.</summary>
internal sealed class BenchmarkException(string message, Exception? inner = null) : Exception(message, inner);
