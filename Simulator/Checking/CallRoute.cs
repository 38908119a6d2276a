using PaxosWcf.Contracts;

namespace PaxosWcf.Simulator;

/// <summary>Which replicas one client calls, held against the members that it was told of: voters of the newest configuration, and others
/// only once as many attempts have failed as there are voters.</summary>
/// <param name="cluster">The simulation.</param>
/// <param name="who">The client, for a trace.</param>
internal sealed class CallRoute(SimulatedCluster cluster, string who)
{
    private MemberReport? _told;
    private int _unanswered;
    private int _answeredBy;

    /// <summary>How often it was told of members that it had not known.</summary>
    public int News { get; private set; }

    /// <summary>The client hears who the members are. The first configuration is what it knows anyway.</summary>
    public void OnTold(MemberReport report)
    {
        if (report.Configuration > (_told?.Configuration ?? 0))
        {
            News++;
            _told = report;
            _answeredBy = 0;

            // An attempt may be under way, which counts when it fails.
            _unanswered = 1;
        }
    }

    /// <summary>The client calls a replica.</summary>
    public void OnSent(int replica)
    {
        if (_told is { } told && replica != _answeredBy
            && told.Members.Count(member => member.IsVoter) > _unanswered
            && !told.Members.Any(member => member.IsVoter && member.ReplicaId == replica))
        {
            cluster.Fail(
                $"{who} calls replica {replica}, which does not vote under configuration {told.Configuration} that it was told of, after {_unanswered} attempts",
                inner: null);
        }

        _unanswered++;
    }

    /// <summary>A replica has answered the client.</summary>
    public void OnAnswered(int replica) => (_answeredBy, _unanswered) = (replica, 0);
}
