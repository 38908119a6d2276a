using Microsoft.Extensions.Logging;

namespace PaxosWcf.Tests.Host;

/// <summary>Does something, on the thread that logs, when a line is logged that begins so.</summary>
internal sealed class ActingLoggerFactory(string begins, Action act) : ILoggerFactory, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (formatter(state, exception).StartsWith(begins, StringComparison.Ordinal))
        {
            act();
        }
    }

    public void Dispose()
    {
        // Nothing is held.
    }
}
