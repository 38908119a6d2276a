using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

/// <summary>What the global options say.</summary>
internal sealed record ConsoleSettings
{
    public string? ServersPath { get; init; }

    public int? Replica { get; init; }

    public string? Host { get; init; }

    public int? Port { get; init; }

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    public bool Json { get; init; }

    public ReadConsistency Consistency { get; init; }

    public bool Verbose { get; init; }
}
