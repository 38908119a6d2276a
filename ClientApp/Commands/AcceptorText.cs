using System.Text.Json.Nodes;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

/// <summary>How fail and revive answer.</summary>
internal static class AcceptorText
{
    public static VerbResult Result(string verb, AcceptorReport report, string what)
    {
        var json = new JsonObject
        {
            ["verb"] = verb,
            ["ok"] = true,
            ["replica"] = report.ReplicaId,
            ["acceptorUp"] = report.AcceptorUp,
            ["changed"] = report.Changed,
        };
        return new VerbResult(ExitCodes.Ok, json, $"the acceptor of replica {report.ReplicaId} {what}");
    }
}
