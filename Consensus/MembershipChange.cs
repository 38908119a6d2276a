using System.Text;

namespace PaxosWcf.Consensus;

/// <summary>What an operator wants changed about who is in the cluster: one thing at a time. A closed family.</summary>
/// <param name="Id">Whom it is about.</param>
public abstract record MembershipChange(ReplicaId Id)
{
    /// <summary>The configuration that the change makes of another; null, with a sentence that says why, when it cannot
    /// be.</summary>
    public Configuration? ApplyTo(Configuration current, out string refusal)
    {
        var number = current.Number + 1;
        var member = current.Find(Id);
        refusal = Refusal(current, member);
        if (refusal.Length > 0)
        {
            return null;
        }

        var others = current.Members.Where(other => other.Id != Id);
        return this switch
        {
            AddLearner add => new Configuration(number, [.. others, new Member(Id, add.Incarnation, number, IsVoter: false, add.Addresses)]),
            Promote => new Configuration(number, [.. others, member! with { IsVoter = true }]),
            Remove => new Configuration(number, others),
            Replace replace => new Configuration(
                number, [.. others, member! with { Incarnation = replace.Incarnation, AdmittedBy = number, Addresses = replace.Addresses }]),
            Readmit readmit => new Configuration(number, [.. others, member! with { Incarnation = readmit.Incarnation, AdmittedBy = number }]),
            _ => throw new System.Diagnostics.UnreachableException($"a change of kind {GetType().Name}"),
        };
    }

    private string NewAddresses => this switch
    {
        AddLearner add => add.Addresses,
        Replace replace => replace.Addresses,
        _ => "",
    };

    private string Refusal(Configuration current, Member? member) => this switch
    {
        AddLearner or Replace when Encoding.UTF8.GetByteCount(NewAddresses) is var bytes and > Configuration.AddressesBytesMax =>
            $"The addresses of {Id} take {bytes} bytes, and at most {Configuration.AddressesBytesMax} are taken.",
        AddLearner when member is not null => $"{Id} is a member already; replace or readmit it instead.",
        AddLearner when current.Members.Count >= Configuration.MembersMax =>
            $"There are {current.Members.Count} members, and a configuration has at most {Configuration.MembersMax}; remove one first.",
        not AddLearner when member is null =>
            $"{Id} is not a member; the members are {string.Join(", ", current.Members.Select(other => other.Id))}.",
        Promote when member is { IsVoter: true } => $"{Id} is a voter already.",
        Remove when member is { IsVoter: true } && current.Quorum.Members.Count == 1 => $"{Id} is the only voter; promote another one first.",
        Replace { Incarnation: var incarnation } when incarnation == member!.Incarnation =>
            $"{Id} is to be replaced by itself: incarnation {incarnation} is the member already.",
        Readmit { Incarnation: var incarnation } when incarnation == member!.Incarnation =>
            $"Incarnation {incarnation} of {Id} is the member already; there is nothing to readmit.",
        _ => "",
    };
}

/// <summary>A new replica, that learns and does not vote yet.</summary>
public sealed record AddLearner(ReplicaId Id, Incarnation Incarnation, string Addresses) : MembershipChange(Id);

/// <summary>A learner becomes a voter.</summary>
public sealed record Promote(ReplicaId Id) : MembershipChange(Id);

/// <summary>A replica is no longer a member.</summary>
public sealed record Remove(ReplicaId Id) : MembershipChange(Id);

/// <summary>A member goes on as another life of its disk, at other addresses.</summary>
public sealed record Replace(ReplicaId Id, Incarnation Incarnation, string Addresses) : MembershipChange(Id);

/// <summary>A member goes on as another life of its disk, where it is.</summary>
public sealed record Readmit(ReplicaId Id, Incarnation Incarnation) : MembershipChange(Id);
