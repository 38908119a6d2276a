using PaxosWcf.Contracts;

namespace PaxosWcf.Simulator;

/// <summary>Which replicas one client calls, and where, held against the members that it was told of: voters of the newest configuration at
/// their addresses, and others only once as many attempts have failed as there are voters.</summary>
/// <param name="cluster">The simulation.</param>
/// <param name="who">The client, for a trace.</param>
internal sealed class CallRoute(SimulatedCluster cluster, string who)
{
    private MemberReport? _told;
    private int _unanswered;
    private CalledPlace? _called;
    private CalledPlace? _answeredBy;

    /// <summary>How often it was told of members that it had not known.</summary>
    public int News { get; private set; }

    /// <summary>How often it called a replica where it had been.</summary>
    public int Strays { get; private set; }

    /// <summary>Whether it knows where all members are now.</summary>
    public bool KnowsAll => (_told?.Configuration ?? 0) == cluster.Checker.LatestConfiguration;

    /// <summary>The client hears who the members are. The first configuration is what it knows anyway.</summary>
    public void OnTold(MemberReport report)
    {
        if (report.Configuration > (_told?.Configuration ?? 0))
        {
            News++;
            _told = report;
            _answeredBy = null;

            // An attempt may be under way, which counts when it fails.
            _unanswered = 1;
        }
    }

    /// <summary>The client calls a replica.</summary>
    public void OnSent(CalledPlace place)
    {
        Strays += place.Address == place.Replica.Address ? 0 : 1;
        if (_told is { } told && place != _answeredBy && told.Members.Count(member => member.IsVoter) > _unanswered && !told.Members.Any(IsThis))
        {
            cluster.Fail(
                $"{who} calls {place}, where nobody votes under configuration {told.Configuration} that it was told of, after {_unanswered} attempts",
                inner: null);
        }

        _called = place;
        _unanswered++;

        bool IsThis(MemberData member) =>
            member.IsVoter && member.ReplicaId == place.Replica.Id.Number && new Uri(member.Client) == place.Address;
    }

    /// <summary>Whom the client called last has answered it.</summary>
    public void OnAnswered() => (_answeredBy, _unanswered) = (_called, 0);
}
