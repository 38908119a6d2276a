using System.CommandLine;
using PaxosWcf.CommandLine;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

/// <summary>The options that every verb takes.</summary>
internal sealed class GlobalOptions
{
    private readonly Option<string?> _servers = Recursive<string?>("--servers", "servers.xml of the cluster (default: found here, in a folder above, or beside the program)", "FILE");
    private readonly Option<int?> _replica = Recursive<int?>("--replica", "ask this replica only (default: one at random, then others when it fails)", "N");
    private readonly Option<string?> _host = Recursive<string?>("--host", "ask the replica at this host only; goes with --port", "H");
    private readonly Option<int?> _port = Recursive<int?>("--port", "its client port", "P");
    private readonly Option<string?> _certificate = Recursive<string?>("--certificate", $"PKCS#12 file of a certificate to show to replicas that ask for one; its password in {ClientCertificates.PasswordVariable}", "FILE");
    private readonly Option<string?> _trustedIssuers = Recursive<string?>("--trusted-issuers", "PEM file of those who issue the replicas' certificates (default: whom the system trusts)", "FILE");
    private readonly Option<bool> _json = Recursive<bool>("--json", "one JSON object for each result", null);
    private readonly Option<bool> _verbose = Recursive<bool>("--verbose", "the client's log on standard error", null);
    private readonly Option<TimeSpan?> _timeout = new("--timeout")
    {
        Recursive = true,
        HelpName = "TIME",
        Description = "deadline of each operation, such as 500ms or 1m (default: 15s)",
        CustomParser = result =>
        {
            if (!Duration.TryParse(result.Tokens[0].Value, out TimeSpan time))
            {
                result.AddError($"--timeout is \"{result.Tokens[0].Value}\"; write {Duration.Form}.");
            }

            return (TimeSpan?)time;
        },
    };

    private readonly Option<string> _consistency = new Option<string>("--consistency")
    {
        Recursive = true,
        HelpName = "linearizable|serializable",
        Description = "what a read promises: the newest value, or this replica's own, at once",
        DefaultValueFactory = _ => "linearizable",
    }.AcceptOnlyFromAmong("linearizable", "serializable");

    public GlobalOptions()
    {
        OptionRules.RequireNumber(_replica);
        OptionRules.RequireNumber(_port);
    }

    public void AddTo(RootCommand root)
    {
        foreach (Option option in new Option[] { _servers, _replica, _host, _port, _certificate, _trustedIssuers, _timeout, _consistency, _json, _verbose })
        {
            root.Options.Add(option);
        }
    }

    public ConsoleSettings Read(ParseResult parsed)
    {
        return new ConsoleSettings
        {
            ServersPath = parsed.GetValue(_servers),
            Replica = parsed.GetValue(_replica),
            Host = parsed.GetValue(_host),
            Port = parsed.GetValue(_port),
            CertificatePath = parsed.GetValue(_certificate),
            TrustedIssuersPath = parsed.GetValue(_trustedIssuers),
            TimeoutGiven = parsed.GetValue(_timeout),
            Json = parsed.GetValue(_json),
            Verbose = parsed.GetValue(_verbose),
            Consistency = parsed.GetValue(_consistency) == "serializable"
                ? ReadConsistency.Serializable
                : ReadConsistency.Linearizable,
        };
    }

    private static Option<T> Recursive<T>(string name, string help, string? helpName)
    {
        return new Option<T>(name) { Recursive = true, Description = help, HelpName = helpName };
    }
}
