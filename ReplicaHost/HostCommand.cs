using System.CommandLine;
using System.CommandLine.Parsing;
using PaxosWcf.CommandLine;

namespace PaxosWcf.ReplicaHost;

/// <summary>The command line of a replica's process.</summary>
internal static class HostCommand
{
    /// <summary>Builds the command; <paramref name="run"/> gets what was said.</summary>
    public static RootCommand Build(Func<HostArguments, Task<int>> run)
    {
        var id = new Option<int>("--id") { Description = "This replica's id in servers.xml.", Required = true };
        var servers = new Option<string>("--servers")
        {
            Description = "The file that says who is in the cluster.",
            DefaultValueFactory = _ => "servers.xml",
        };
        var data = new Option<string?>("--data") { Description = "The data directory. Default: data/replica-ID." };
        servers.Validators.Add(result => RefuseEmpty(result, "servers.xml"));
        data.Validators.Add(result => RefuseEmpty(result, "a directory"));
        var bootstrap = new Option<bool>("--bootstrap")
        {
            Description = "First start of a new cluster: make the data directory. Never use it on a cluster that has run.",
        };
        var stdin = new Option<bool>("--stop-with-stdin") { Description = "Stop when standard input ends." };
        var listenClient = ListenOption("--listen-client", "Listen here for clients, instead of at the client address in servers.xml.");
        var listenPeer = ListenOption("--listen-peer", "Listen here for replicas, instead of at the peer address in servers.xml.");
        var level = new Option<LogLevel>("--log-level")
        {
            Description = "Lowest level that is logged; Trace shows every message of the protocol.",
            DefaultValueFactory = _ => LogLevel.Information,
        };
        var requests = new Option<bool>("--log-requests")
        {
            Description = "Log each request and response, with the caller's address and port.",
        };
        OptionRules.RequireNumber(id, _ => true, "");
        OptionRules.RequireName(level);
        var command = new RootCommand("One replica of a PaxosWcf cluster.")
        {
            id, servers, data, bootstrap, stdin, listenClient, listenPeer, level, requests,
        };
        command.SetAction((parsed, _) => run(new HostArguments
        {
            Id = parsed.GetValue(id),
            Servers = parsed.GetValue(servers)!,
            Data = parsed.GetValue(data) ?? Path.Combine("data", $"replica-{parsed.GetValue(id)}"),
            Bootstrap = parsed.GetValue(bootstrap),
            StopWithStdin = parsed.GetValue(stdin),
            ListenClient = parsed.GetValue(listenClient),
            ListenPeer = parsed.GetValue(listenPeer),
            LogLevel = parsed.GetValue(level),
            LogRequests = parsed.GetValue(requests),
        }));
        return command;
    }

    // As a variable that is not set leaves it.
    private static void RefuseEmpty(OptionResult result, string what)
    {
        if (result.Tokens is [var only] && string.IsNullOrWhiteSpace(only.Value))
        {
            result.AddError($"{result.Option.Name} is empty; name {what}.");
        }
    }

    // The library makes no Uri of an argument by itself.
    private static Option<Uri?> ListenOption(string name, string description) => new(name)
    {
        HelpName = "URI",
        Description = description,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
            {
                return uri;
            }

            result.AddError($"{name} is \"{text}\"; write an address such as http://127.0.0.1:8101.");
            return null;
        },
    };
}
