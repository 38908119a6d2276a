using PaxosWcf.Contracts;
using PaxosWcf.Replication;

namespace PaxosWcf.Simulator;

/// <summary>Asks a replica who the members are: it tells the last configuration that it has learned.</summary>
internal sealed class MembersCall(CalledPlace place, ClientLinks links, CallRoute route) : DoorCall<MemberReport>(place, links)
{
    private readonly long _givenUp = place.Cluster.Time.Now + ((long)links.Plan.AttemptTicks * VirtualTime.Tick);

    protected override bool Post() =>
        Replica.Post(new StatusAsked(snapshot => Links.Soon(() => Tell(SimulatedAddresses.Report(snapshot.Configuration, snapshot.NamedLeader)))));

    protected override void GiveUp() => Fault(DoorFaults.NoQuorum());

    protected override void AnswerAsFormer(MemberReport known) => Tell(known);

    private void Tell(MemberReport report) => Answer(() =>
    {
        // Whoever asked hears nothing that comes later.
        if (Cluster.Time.Now < _givenUp)
        {
            route.OnTold(report);
        }

        return report;
    });
}
