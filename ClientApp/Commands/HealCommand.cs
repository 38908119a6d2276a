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
        var silent = new List<ReplicaUnavailableException>();
        foreach (int replica in asked)
        {
            try
            {
                healed.AddRange(await context.Connection.Control.HealLinksAsync(replica, peer: null, cancel));
            }
            catch (ReplicaUnavailableException e) when (args.Count == 0)
            {
                // A replica that is down has no cut links when it comes back.
                silent.Add(e);
            }
        }

        if (silent.Count == asked.Count)
        {
            throw new ReplicaUnavailableException(asked[^1], $"No replica gave an answer, and no link was healed. {string.Join(' ', silent.Select(e => e.Message))}");
        }

        string what = healed.Count == 0 ? "no link had a fault" : $"{Counted.Of(healed.Count, "link")} healed";
        return LinkText.Result(Name, healed, what + string.Concat(silent.Select(e => $"; replica {e.Replica} gave no answer")));
    }
}
