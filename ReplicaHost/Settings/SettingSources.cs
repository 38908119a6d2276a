namespace PaxosWcf.ReplicaHost.Settings;

/// <summary>Where settings come from, in their order: the two files, then the environment. What is later holds.</summary>
internal sealed class SettingSources
{
    private readonly (string Place, IConfiguration Settings)[] _files;
    private readonly IConfiguration _environment;

    /// <summary>Puts them together.</summary>
    /// <param name="environment">What the variables of the environment say.</param>
    /// <param name="files">What each file says, and its path.</param>
    public SettingSources(IConfiguration environment, params (string Path, IConfiguration Settings)[] files)
    {
        (_files, _environment) = (files, environment);
        var all = new ConfigurationBuilder();
        foreach (var settings in files.Select(file => file.Settings).Append(environment))
        {
            all.AddConfiguration(settings);
        }

        All = all.Build();
    }

    /// <summary>What holds.</summary>
    public IConfiguration All { get; }

    /// <summary>What the environment alone says.</summary>
    public IConfiguration Environment => _environment;

    /// <summary>What each file alone says.</summary>
    public IEnumerable<IConfiguration> Files => _files.Select(file => file.Settings);

    /// <summary>A setting by its name, and where whoever reads a complaint of it finds it.</summary>
    /// <param name="path">Its whole name.</param>
    public string Named(string path) => $"{path} ({PlaceOf(path)})";

    private string PlaceOf(string path)
    {
        if (!_environment.GetSection(path).Exists() && Array.FindLast(_files, file => file.Settings.GetSection(path).Exists()) is { Place: { } place })
        {
            return $"in {place}";
        }

        return $"{HostSettings.VariableOf(path)} in the environment";
    }
}
