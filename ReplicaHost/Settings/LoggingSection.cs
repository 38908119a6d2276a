namespace PaxosWcf.ReplicaHost.Settings;

/// <summary>Section <c>Logging</c>: the levels, which .NET reads, and how lines look. What nobody would read below it is refused like any setting that is none.</summary>
internal static class LoggingSection
{
    /// <summary>Its name.</summary>
    public const string Name = "Logging";

    private const string Levels = "LogLevel";
    private const string Console = "Console";
    private const string Formatter = "FormatterName";
    private const string ToErrors = "LogToStandardErrorThreshold";
    private const string Simple = "simple";
    private const string Json = "json";

    /// <summary>What may be in it, for whoever has misspelt it.</summary>
    public static IEnumerable<string> Names { get; } =
        [$"{Name}:{Levels}:Default", $"{Name}:{Console}:{Levels}:Default", $"{Name}:{Console}:{Formatter}", $"{Name}:{Console}:{ToErrors}"];

    /// <summary>Whether lines are JSON.</summary>
    public static bool IsJson(IConfiguration settings) => Is(settings[$"{Name}:{Console}:{Formatter}"], Json);

    /// <summary>Refuses what is wrong, or has no effect.</summary>
    /// <param name="sources">The settings.</param>
    /// <exception cref="CannotStartException">There is such a thing.</exception>
    public static void Require(SettingSources sources)
    {
        foreach (var section in sources.All.GetSection(Name).GetChildren())
        {
            if (Is(section.Key, Levels))
            {
                RequireLevels(section, sources);
            }
            else if (Is(section.Key, Console))
            {
                RequireConsole(section, sources);
            }
            else if (sources.Environment.GetSection(section.Path) is var ours && ours.Exists())
            {
                // In a file it may be another program's.
                throw HostSettings.Unknown(ours, sources);
            }
        }
    }

    private static void RequireConsole(IConfigurationSection console, SettingSources sources)
    {
        foreach (var setting in console.GetChildren())
        {
            if (Is(setting.Key, Levels))
            {
                RequireLevels(setting, sources);
            }
            else if (setting.GetChildren().Any() || !(Is(setting.Key, Formatter) || Is(setting.Key, ToErrors)))
            {
                throw HostSettings.Unknown(setting, sources);
            }
            else if (Is(setting.Key, ToErrors))
            {
                RequireLevel(setting, sources);
            }
            else if (setting.Value is { Length: > 0 } name && !Is(name, Simple) && !Is(name, Json))
            {
                throw HostSettings.Wrong($"The setting {sources.Named(setting.Path)} is \"{name}\"; it must be {Simple} (a line of text each, as without it) or {Json}.");
            }
        }
    }

    private static void RequireLevels(IConfigurationSection levels, SettingSources sources)
    {
        foreach (var level in levels.GetChildren())
        {
            RequireLevel(level, sources);
        }
    }

    private static void RequireLevel(IConfigurationSection level, SettingSources sources)
    {
        if (level.Value is { Length: > 0 } name && !Enum.TryParse<LogLevel>(name, ignoreCase: true, out _))
        {
            throw HostSettings.Wrong($"The setting {sources.Named(level.Path)} is \"{name}\"; it must be one of {string.Join(", ", Enum.GetNames<LogLevel>())}.");
        }
    }

    private static bool Is(string? said, string name) => string.Equals(said, name, StringComparison.OrdinalIgnoreCase);
}
