namespace PaxosWcf.ReplicaHost.Telemetry;

/// <summary>Where a replica's metrics can be scraped, as the setting names it.</summary>
internal static class ScrapeAddress
{
    private const string PathByDefault = "/metrics";

    /// <summary>Reads the setting.</summary>
    /// <param name="setting">What it says; null: nothing is to be scraped.</param>
    /// <param name="client">Where the replica listens for clients.</param>
    /// <param name="peer">Where the replica listens for replicas.</param>
    /// <exception cref="CannotStartException">It is no address, or not one that metrics have for themselves.</exception>
    public static Uri? Read(string? setting, Uri client, Uri peer)
    {
        if (setting is null)
        {
            return null;
        }

        if (!Uri.TryCreate(setting, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0
            || address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            throw Wrong($"it is \"{setting}\"; write an address such as http://127.0.0.1:9464{PathByDefault}, or leave it out.");
        }

        foreach (var (door, whose) in new[] { (client, "clients"), (peer, "replicas") })
        {
            if (address.Port != 0 && address.Port == door.Port && string.Equals(address.Host, door.Host, StringComparison.OrdinalIgnoreCase))
            {
                throw Wrong($"it is {setting}, and {whose} are served at {door}: metrics need a port of their own.");
            }
        }

        return address.AbsolutePath == "/" ? new Uri(address, PathByDefault) : address;
    }

    private static CannotStartException Wrong(string reason) =>
        new(ExitCodes.Usage, $"The setting {ReplicaOptions.Section}:{nameof(ReplicaOptions.MetricsAddress)} is wrong: {reason}");
}
