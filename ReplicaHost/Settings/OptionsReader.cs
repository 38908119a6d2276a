using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;

namespace PaxosWcf.ReplicaHost.Settings;

/// <summary>Reads a replica's own section, and says of what is wrong there which setting it is, what it says, and what it may say. (The binder's and the validator's
/// sentences are about types and fields of a program.)</summary>
internal static class OptionsReader
{
    private static readonly PropertyInfo[] Settings = typeof(ReplicaOptions).GetProperties();

    /// <summary>The settings by their names in the section.</summary>
    public static IEnumerable<string> ShortNames => Settings.Select(setting => setting.Name);

    /// <summary>The settings by their whole names.</summary>
    public static IEnumerable<string> Names => ShortNames.Select(name => WholeName(name));

    /// <summary>With the section before it.</summary>
    [return: NotNullIfNotNull(nameof(name))]
    public static string? WholeName(string? name) => name is null ? null : $"{ReplicaOptions.Section}:{name}";

    /// <summary>Reads the section.</summary>
    /// <param name="section">It.</param>
    /// <param name="sources">Know where each setting stands.</param>
    /// <exception cref="CannotStartException">It has something that is no setting, or a value that is none.</exception>
    public static ReplicaOptions Read(IConfigurationSection section, SettingSources sources)
    {
        foreach (var given in section.GetChildren())
        {
            RequireReadable(given, sources);
        }

        var options = new ReplicaOptions();
        section.Bind(options);
        var complaints = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), complaints, validateAllProperties: true);
        return complaints.FirstOrDefault() switch
        {
            null => options,
            { MemberNames: var members, ErrorMessage: var said } => throw (members.ToArray() switch
            {
                [var member] => Wrong(Find(member)!, section[member], sources),
                var several => HostSettings.Wrong(
                    $"The settings do not go together: {said} Given: {string.Join(", ", several.Where(member => section.GetSection(member).Exists()).Select(member => sources.Named(WholeName(member))))}."),
            }),
        };
    }

    private static void RequireReadable(IConfigurationSection given, SettingSources sources)
    {
        if (Find(given.Key) is not { } setting || given.GetChildren().Any())
        {
            throw HostSettings.Unknown(given, sources);
        }

        try
        {
            given.Get(setting.PropertyType);
        }
        catch (InvalidOperationException)
        {
            throw Wrong(setting, given.Value, sources);
        }
    }

    private static PropertyInfo? Find(string name) => Array.Find(Settings, setting => setting.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static CannotStartException Wrong(PropertyInfo setting, string? value, SettingSources sources)
    {
        var range = setting.GetCustomAttribute<RangeAttribute>()!;
        var number = setting.PropertyType == typeof(double) ? "a number" : "a whole number";
        return HostSettings.Wrong(string.Create(
            CultureInfo.InvariantCulture, $"The setting {sources.Named(WholeName(setting.Name))} is \"{value}\"; it must be {number} from {range.Minimum} to {range.Maximum}."));
    }
}
