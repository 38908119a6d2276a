using System.Globalization;

namespace PaxosWcf.Simulator;

/// <summary>Which links each shape of a partition cuts.</summary>
internal static class LinkShapes
{
    /// <summary>The links that a fault cuts, in one direction each.</summary>
    /// <param name="fault">The fault.</param>
    /// <param name="named">Its replicas, with the leader's number for the leader.</param>
    /// <param name="replicas">How many replicas there are.</param>
    public static IEnumerable<(int From, int To)> Of(Fault fault, IReadOnlyList<int> named, int replicas) => fault.Kind switch
    {
        FaultKind.Links => fault.Links.Select(Read),
        FaultKind.Split => All(replicas).Where(link => named.Contains(link.From) != named.Contains(link.To)),
        FaultKind.Mute => All(replicas).Where(link => named.Contains(link.From)),
        FaultKind.Deaf => All(replicas).Where(link => named.Contains(link.To)),
        FaultKind.Ring => All(replicas).Where(link => !AreNeighbours(named, link)),
        FaultKind.Bridge => All(replicas).Where(link => AreHalves(named, link)),
        _ => [],
    };

    private static IEnumerable<(int From, int To)> All(int replicas) =>
        from one in Enumerable.Range(1, replicas)
        from other in Enumerable.Range(1, replicas)
        where one != other
        select (one, other);

    private static bool AreNeighbours(IReadOnlyList<int> circle, (int From, int To) link)
    {
        var apart = Math.Abs(Place(circle, link.From) - Place(circle, link.To));
        return apart == 1 || apart == circle.Count - 1;
    }

    private static bool AreHalves(IReadOnlyList<int> order, (int From, int To) link)
    {
        var (one, other) = (Place(order, link.From), Place(order, link.To));
        var last = order.Count - 1;
        return one != last && other != last && (one < last / 2) != (other < last / 2);
    }

    private static int Place(IReadOnlyList<int> order, int replica) => order.TakeWhile(each => each != replica).Count();

    private static (int From, int To) Read(string link)
    {
        var ends = link.Split('>');
        return (int.Parse(ends[0], CultureInfo.InvariantCulture), int.Parse(ends[1], CultureInfo.InvariantCulture));
    }
}
