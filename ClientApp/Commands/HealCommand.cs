using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.ClientApp;

internal sealed class HealCommand() : Verb(
    "heal", "make links whole again", new VerbArgument("N", "replica; left out: all", Optional: true))
{
    public override async Task<VerbResult> RunAsync(VerbContext context, IReadOnlyList<string> args, CancellationToken cancel)
    {
        IReadOnlyList<int> asked = args.Count > 0 ? [await context.ReplicaIdAsync(args[0], cancel)] : context.Connection.Replicas;
        var healed = new List<LinkReport>();
        var silent = new List<string>();
        foreach (int replica in asked)
        {
            try
            {
                healed.AddRange(await context.Connection.Control.HealLinksAsync(replica, peer: null, cancel));
            }
            catch (ReplicaUnavailableException) when (args.Count == 0)
            {
                // A replica that is down has no cut links when it comes back.
                silent.Add($"; replica {replica} gave no answer");
            }
        }

        string what = healed.Count == 0 ? "no link had a fault" : $"{Counted.Of(healed.Count, "link")} healed";
        return LinkText.Result(Name, healed, what + string.Concat(silent));
    }
}
