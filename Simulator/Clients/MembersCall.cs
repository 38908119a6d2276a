using PaxosWcf.Contracts;
using PaxosWcf.Replication;

namespace PaxosWcf.Simulator;

/// <summary>Asks a replica who the members are: it tells the last configuration that it has learned.</summary>
internal sealed class MembersCall(SimulatedCluster cluster, SimulatedReplica replica, ClientLinks links, CallRoute route)
    : DoorCall<MemberReport>(cluster, replica, links)
{
    private readonly long _givenUp = cluster.Time.Now + ((long)links.Plan.AttemptTicks * VirtualTime.Tick);

    protected override bool Post() => Replica.Post(new StatusAsked(snapshot => Links.Soon(() => Tell(snapshot))));

    protected override void GiveUp() => Fault(DoorFaults.NoQuorum());

    private void Tell(ReplicaSnapshot snapshot)
    {
        var report = new MemberReport
        {
            Configuration = snapshot.Configuration.Number,
            Members = [.. snapshot.Configuration.Members.Select(member => new MemberData
            {
                ReplicaId = member.Id.Number,
                Incarnation = member.Incarnation.ToString(),
                IsVoter = member.IsVoter,
                Client = ClientPlan.AddressOf(member.Id).GetLeftPart(UriPartial.Authority),
                Peer = "",
            })],
        };
        Answer(() =>
        {
            // Whoever asked hears nothing that comes later.
            if (Cluster.Time.Now < _givenUp)
            {
                route.OnTold(report);
            }

            return report;
        });
    }
}
