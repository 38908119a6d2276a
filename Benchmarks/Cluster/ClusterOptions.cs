using System.CommandLine;
using PaxosWcf.CommandLine;

namespace PaxosWcf.Benchmarks.Cluster;

/// <summary>Through what our store is called.</summary>
internal enum ClientKind
{
    /// <summary>The client library: every write exactly once.</summary>
    Library,

    /// <summary>The bare channel of the contract.</summary>
    Channel,

    /// <summary>One after the other.</summary>
    Both,

    /// <summary>The client library, with clients that prefer the leader.</summary>
    Leader,
}

/// <summary>Which cluster is put under load, and through what.</summary>
internal sealed record ClusterPlace
{
    /// <summary>servers.xml of a cluster that runs; null: one is started.</summary>
    public string? Servers { get; init; }

    /// <summary>Where a started cluster keeps its data; null: a temporary directory.</summary>
    public string? Data { get; init; }

    /// <summary>The replica host's program; null: the one that was built with this.</summary>
    public string? HostPath { get; init; }

    public ClientKind Client { get; init; }

    /// <summary>Whether the SOAP stack's own ceiling is measured beside it.</summary>
    public bool WithEcho { get; init; }

    /// <summary>File to record calls in; null: none.</summary>
    public string? History { get; init; }
}

/// <summary>The options for it.</summary>
internal sealed class ClusterOptions
{
    private readonly Option<string?> _servers = new("--servers") { HelpName = "FILE", Description = "servers.xml of a cluster that runs (default: five replicas are started)" };
    private readonly Option<string?> _data = new("--data") { HelpName = "DIR", Description = "where started replicas keep data and logs (default: a temporary directory)" };
    private readonly Option<string?> _host = new("--replica-host") { HelpName = "PATH", Description = "the replica host's program" };
    private readonly Option<bool> _echo = new("--with-echo") { Description = "measure the SOAP stack's own ceiling beside it" };
    private readonly Option<ClientKind> _client = new("--client")
    {
        HelpName = "library|channel|both|leader",
        Description = "call through the client library, on the contract's bare channel, or through clients that prefer the leader (default: library)",
    };

    public ClusterOptions() => OptionRules.RequireName(_client);

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _servers, _data, _host, _client, _echo })
        {
            command.Options.Add(option);
        }
    }

    public ClusterPlace Read(ParseResult parsed) => new()
    {
        Servers = parsed.GetValue(_servers),
        Data = parsed.GetValue(_data),
        HostPath = parsed.GetValue(_host),
        Client = parsed.GetValue(_client),
        WithEcho = parsed.GetValue(_echo),
    };
}
