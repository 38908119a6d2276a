using System.Globalization;
using Microsoft.Extensions.Logging;

namespace PaxosWcf.ClientApp;

/// <summary>The client's log on standard error, each line with a time stamp of millisecond precision.</summary>
internal sealed class ConsoleLogger(TextWriter error, TimeProvider time) : ILogger
{
    private readonly Lock _lock = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        string stamp = time.GetLocalNow().ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);
        lock (_lock)
        {
            error.WriteLine($"{stamp} {logLevel} {ValueText.Printable(formatter(state, exception))}");
        }
    }
}
