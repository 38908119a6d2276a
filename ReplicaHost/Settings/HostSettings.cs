using System.Text.Json;
using PaxosWcf.CommandLine;

namespace PaxosWcf.ReplicaHost.Settings;

/// <summary>The settings of a process, from its two files and the environment. One that is wrong, or that nobody would read, keeps it from starting.</summary>
internal static class HostSettings
{
    /// <summary>How variables of the environment begin that are settings.</summary>
    public const string Prefix = "PAXOSWCF_";

    private const string Logging = "Logging";
    private const string File = "appsettings.json";

    /// <summary>Variables of the console's that begin so too: a replica that it starts, or a command under a lock, inherits them.</summary>
    internal static readonly string[] OfTheConsole = ["PAXOSWCF_CERTIFICATE_PASSWORD", "PAXOSWCF_FENCING_NUMBER", "PAXOSWCF_LOCK_KEY"];

    private static readonly string[] Sections = [ReplicaOptions.Section, Logging];

    /// <summary>Reads and checks them.</summary>
    /// <exception cref="CannotStartException">One is wrong, or is none; the message names it.</exception>
    public static (ReplicaOptions Options, IConfiguration Configuration) Read()
    {
        var files = new ConfigurationBuilder().AddConfiguration(ReadFile(AppContext.BaseDirectory)).AddConfiguration(ReadFile(Directory.GetCurrentDirectory())).Build();
        var environment = new ConfigurationBuilder().AddEnvironmentVariables(Prefix).Build();
        RequireSections(files, environment);
        var configuration = new ConfigurationBuilder().AddConfiguration(files).AddConfiguration(environment).Build();
        LogLevels.Require(configuration.GetSection(Logging));
        return (OptionsReader.Read(configuration.GetSection(ReplicaOptions.Section)), configuration);
    }

    /// <summary>Refuses what is no setting.</summary>
    /// <param name="setting">It, or where it is.</param>
    public static CannotStartException Unknown(IConfigurationSection setting)
    {
        while (setting.GetChildren().FirstOrDefault() is { } below)
        {
            setting = below;
        }

        var hint = Nearest(setting.Path) is { } near ? $" Did you mean {near}?" : "";
        return Wrong(
            $"There is no setting {setting.Path} ({Prefix}{setting.Path.Replace(":", "__", StringComparison.Ordinal)} in the environment).{hint} "
            + $"A replica has the sections {string.Join(" and ", Sections)}, as {Prefix}{ReplicaOptions.Section}__{nameof(ReplicaOptions.TickMilliseconds)} in the environment.");
    }

    /// <summary>Refuses settings, with this sentence.</summary>
    public static CannotStartException Wrong(string sentence) => new(ExitCodes.Usage, sentence);

    private static IConfigurationRoot ReadFile(string directory)
    {
        var path = Path.Combine(directory, File);
        try
        {
            return new ConfigurationBuilder().AddJsonFile(path, optional: true).Build();
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
    private static void RequireSections(IConfiguration files, IConfiguration environment)
    {
        foreach (var section in environment.GetChildren().Where(section => !IsOfTheConsole(section)))
        {
            RequireSection(section);
        }

        foreach (var section in files.GetChildren().Where(section => Nearest(section.Path) is not null))
        {
            RequireSection(section);
        }
    }

    private static void RequireSection(IConfigurationSection section)
    {
        if (!Sections.Contains(section.Key, StringComparer.OrdinalIgnoreCase) || section.Value is { Length: > 0 })
        {
            throw Unknown(section);
        }
    }

    private static bool IsOfTheConsole(IConfigurationSection section) => OfTheConsole.Contains(Prefix + section.Key, StringComparer.OrdinalIgnoreCase);

    // A setting, by its whole name or without its section; or else a section.
    private static string? Nearest(string path) =>
        Spelling.Nearest(path, OptionsReader.Names)
        ?? OptionsReader.WholeName(Spelling.Nearest(path, OptionsReader.ShortNames))
        ?? Spelling.Nearest(path.Split(':')[0], Sections);
}
