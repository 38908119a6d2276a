namespace PaxosWcf.ReplicaHost.Tracing;

/// <summary>A logger whose lines of level Information and above are in the trace too.</summary>
/// <param name="logger">Who writes them.</param>
/// <param name="trace">Who keeps them, while somebody watches.</param>
internal sealed class TracedLogger(ILogger logger, ProtocolTrace trace) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => logger.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => logger.IsEnabled(logLevel) || IsTraced(logLevel);

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsTraced(logLevel))
        {
            trace.Says(formatter(state, exception));
        }

        if (logger.IsEnabled(logLevel))
        {
            logger.Log(logLevel, eventId, state, exception, formatter);
        }
    }

    private bool IsTraced(LogLevel level) => trace.IsOn && level >= LogLevel.Information;
}
