using System.Text.Json;
using PaxosWcf.CommandLine;

namespace PaxosWcf.ReplicaHost.Settings;

/// <summary>The settings of a process, from its two files and the environment. One that is wrong, or that nobody would read, keeps it from starting.</summary>
internal static class HostSettings
{
    /// <summary>How variables of the environment begin that are settings.</summary>
    public const string Prefix = "PAXOSWCF_";

    private const string File = "appsettings.json";

    /// <summary>Variables of the console's that begin so too: a replica that it starts, or a command under a lock, inherits them.</summary>
    internal static readonly string[] OfTheConsole = ["PAXOSWCF_CERTIFICATE_PASSWORD", "PAXOSWCF_FENCING_NUMBER", "PAXOSWCF_LOCK_KEY"];

    private static readonly string[] Sections = [ReplicaOptions.Section, LoggingSection.Name];

    /// <summary>Reads and checks them.</summary>
    /// <exception cref="CannotStartException">One is wrong, or is none; the message names it, and where it is.</exception>
    public static (ReplicaOptions Options, IConfiguration Configuration) Read()
    {
        var sources = new SettingSources(
            new ConfigurationBuilder().AddEnvironmentVariables(Prefix).Build(), ReadFile(AppContext.BaseDirectory), ReadFile(Directory.GetCurrentDirectory()));
        RequireSections(sources);
        LoggingSection.Require(sources);
        return (OptionsReader.Read(sources.All.GetSection(ReplicaOptions.Section), sources), sources.All);
    }

    /// <summary>The variable of the environment that says what a setting does.</summary>
    public static string VariableOf(string path) => Prefix + path.Replace(":", "__", StringComparison.Ordinal);

    /// <summary>Refuses what is no setting.</summary>
    /// <param name="setting">It, or where it is.</param>
    /// <param name="sources">Know where it stands.</param>
    public static CannotStartException Unknown(IConfigurationSection setting, SettingSources sources)
    {
        while (setting.GetChildren().FirstOrDefault() is { } below)
        {
            setting = below;
        }

        var hint = Nearest(setting.Path) is { } near ? $" Did you mean {near}?" : "";
        return Wrong(
            $"There is no setting {sources.Named(setting.Path)}.{hint} "
            + $"A replica has the sections {string.Join(" and ", Sections)}, as {Prefix}{ReplicaOptions.Section}__{nameof(ReplicaOptions.TickMilliseconds)} in the environment.");
    }

    /// <summary>Refuses settings, with this sentence.</summary>
    public static CannotStartException Wrong(string sentence) => new(ExitCodes.Usage, sentence);

    private static (string Path, IConfiguration Settings) ReadFile(string directory)
    {
        var path = Path.Combine(directory, File);
        try
        {
            return (path, new ConfigurationBuilder().AddJsonFile(path, optional: true).Build());
        }
        catch (InvalidDataException error) when (error.GetBaseException() is JsonException { LineNumber: { } line, BytePositionInLine: { } position })
        {
            throw Wrong($"{path}({line + 1},{position + 1}): that is not JSON.");
        }
        catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw Wrong($"{path} cannot be read: {error.GetBaseException().Message}");
        }
    }

    // What begins as our variables do is meant for us. A file in the working directory may be that of another program, and only what looks like ours is.
    private static void RequireSections(SettingSources sources)
    {
        foreach (var section in sources.Environment.GetChildren().Where(section => !IsOfOthers(section)))
        {
            RequireSection(section, sources);
        }

        foreach (var section in sources.Files.SelectMany(file => file.GetChildren()).Where(section => Nearest(section.Path) is not null))
        {
            RequireSection(section, sources);
        }
    }

    private static void RequireSection(IConfigurationSection section, SettingSources sources)
    {
        if (!Sections.Contains(section.Key, StringComparer.OrdinalIgnoreCase) || section.Value is { Length: > 0 })
        {
            throw Unknown(section, sources);
        }
    }

    private static bool IsOfOthers(IConfigurationSection section) =>
        OfTheConsole.Contains(Prefix + section.Key, StringComparer.OrdinalIgnoreCase) || (!section.GetChildren().Any() && ServiceLinks.Has(section.Key, section.Value));

    // A setting, by its whole name or without its section; or else a section.
    private static string? Nearest(string path) =>
        Spelling.Nearest(path, OptionsReader.Names.Concat(LoggingSection.Names))
        ?? OptionsReader.WholeName(Spelling.Nearest(path, OptionsReader.ShortNames))
        ?? Spelling.Nearest(path.Split(':')[0], Sections);
}
