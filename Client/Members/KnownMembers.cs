using PaxosWcf.Contracts;

namespace PaxosWcf.Client;

/// <summary>Who is in the cluster, as a client has heard of it last.</summary>
/// <param name="Configuration">Number of that configuration; 0: the client knows only the replicas of its options.</param>
/// <param name="Voters">Members that vote: they serve whatever is asked.</param>
/// <param name="Learners">Members that only learn: they refuse writes, and lag behind.</param>
internal sealed record KnownMembers(long Configuration, IReadOnlyList<ReplicaPlace> Voters, IReadOnlyList<ReplicaPlace> Learners)
{
    /// <summary>Before anything was heard.</summary>
    public static readonly KnownMembers None = new(0, [], []);

    /// <summary>Reads what a replica answered; null when it teaches nothing beyond what is known.</summary>
    /// <remarks>The first configuration is that of servers.xml, and the options come from there or know better: addresses may
    /// be mapped on the way to a client. A member whose address cannot be read is left out; so is one without https where all that the client was given have it:
    /// what was to be secret must not leave in clear because of what somebody answered.</remarks>
    public KnownMembers? Learn(long configuration, IEnumerable<MemberData>? all, PaxosClientOptions options)
    {
        if (configuration <= Configuration)
        {
            return null;
        }

        (bool IsVoter, ReplicaPlace Place)[] readable =
            [.. (all ?? []).Where(member => member is not null).Select(member => (member.IsVoter, Place: Read(member)))
                .Where(member => member.Place is not null).Select(member => (member.IsVoter, member.Place!.Value))];
        bool securely = options.Replicas.Values.All(address => address.Scheme == Uri.UriSchemeHttps);
        ReplicaPlace[] insecure = [.. readable.Select(member => member.Place).Where(place => securely && !place.IsSecure)];
        if (insecure.Length > 0)
        {
            Log.InsecureMembers(options.Logger, string.Join(", ", insecure), configuration);
        }

        ILookup<bool, ReplicaPlace> members = readable.Where(member => !insecure.Contains(member.Place)).ToLookup(member => member.IsVoter, member => member.Place);
        return members[true].Any() ? new KnownMembers(configuration, [.. members[true]], [.. members[false]]) : null;
    }

    private static ReplicaPlace? Read(MemberData member) =>
        Uri.TryCreate(member.Client, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https"
            ? new ReplicaPlace(member.ReplicaId, address)
            : null;
}
