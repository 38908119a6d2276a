using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

/// <summary>What the global options say.</summary>
internal sealed record ConsoleSettings
{
    private static readonly TimeSpan TimeoutDefault = TimeSpan.FromSeconds(15);

    public string? ServersPath { get; init; }

    public int? Replica { get; init; }

    public string? Host { get; init; }

    public int? Port { get; init; }

    /// <summary>The file of --certificate.</summary>
    public string? CertificatePath { get; init; }

    /// <summary>The file of --trusted-issuers.</summary>
    public string? TrustedIssuersPath { get; init; }

    /// <summary>What --timeout says; null: it is not there.</summary>
    public TimeSpan? TimeoutGiven { get; init; }

    public TimeSpan Timeout => TimeoutGiven ?? TimeoutDefault;

    public bool Json { get; init; }

    public ReadConsistency Consistency { get; init; }

    public bool Verbose { get; init; }
}
