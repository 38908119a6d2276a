namespace PaxosWcf.ReplicaHost.Settings;

/// <summary>The levels of logging that settings name.</summary>
internal static class LogLevels
{
    private const string Levels = "LogLevel";

    /// <summary>Refuses what is no level.</summary>
    /// <param name="logging">The section that the framework reads.</param>
    /// <param name="sources">Know where each stands.</param>
    /// <exception cref="CannotStartException">There is one.</exception>
    public static void Require(IConfigurationSection logging, SettingSources sources)
    {
        // For all, and for one provider.
        foreach (var level in logging.GetChildren().SelectMany(section => section.Key.Equals(Levels, StringComparison.OrdinalIgnoreCase) ? section.GetChildren() : section.GetSection(Levels).GetChildren()))
        {
            if (level.Value is { Length: > 0 } name && !Enum.TryParse<LogLevel>(name, ignoreCase: true, out _))
            {
                throw HostSettings.Wrong($"The setting {sources.Named(level.Path)} is \"{name}\"; it must be one of {string.Join(", ", Enum.GetNames<LogLevel>())}.");
            }
        }
    }
}
