using System.ServiceModel;
using PaxosWcf.Client;
using PaxosWcf.Contracts;

namespace PaxosWcf.Tests.Client;

/// <summary>What becomes of one change of the members.</summary>
internal enum ChangeFate
{
    /// <summary>It is refused, and always will be.</summary>
    Refused,

    /// <summary>It is refused, and may be taken in a moment.</summary>
    RefusedForNow,

    /// <summary>It is made, and its answer lost.</summary>
    AnswerLost,

    /// <summary>It is lost, and so is any answer.</summary>
    Lost,

    /// <summary>It is lost, and somebody else's is made.</summary>
    LostToAnother,

    /// <summary>The connection is refused: nothing is sent.</summary>
    NotSent,

    /// <summary>It is made, and nobody leads from then on.</summary>
    NotLed,
}

/// <summary>The members of a <see cref="FakeCluster"/>, as an operator changes them.</summary>
internal sealed class FakeMembers(FakeCluster cluster)
{
    private readonly List<string> _asked = [];

    /// <summary>Who leads; null: an election is under way.</summary>
    public int? Leader { get; set; } = 1;

    /// <summary>What becomes of the next changes; those that come after are made.</summary>
    public Queue<ChangeFate> Fates { get; } = [];

    /// <summary>Lives of disks that are not the first ones.</summary>
    public Dictionary<int, string> Lives { get; } = [];

    /// <summary>Changes that a leader was asked for.</summary>
    public IReadOnlyList<string> Asked => _asked;

    public string LifeOf(ReplicaPlace place) => Lives.GetValueOrDefault(place.Replica, "first");

    public MemberReport Change(ReplicaPlace place, string change, Func<IEnumerable<MemberData>, IEnumerable<MemberData>> apply)
    {
        _asked.Add(change);
        if (place.Replica != Leader)
        {
            throw Refusal("Another leads.", mayPass: true);
        }

        MemberReport before = cluster.ToldBy(place);
        switch (Fates.TryDequeue(out ChangeFate fate) ? fate : (ChangeFate?)null)
        {
            case ChangeFate.Refused:
                throw Refusal("The quorum would be lost.", mayPass: false);
            case ChangeFate.RefusedForNow:
                throw Refusal("The quorum would be lost.", mayPass: true);
            case ChangeFate.AnswerLost:
                Tell(before, apply);
                throw new TimeoutException("lost");
            case ChangeFate.Lost:
                throw new TimeoutException("lost");
            case ChangeFate.LostToAnother:
                Tell(before, members => members);
                throw new TimeoutException("lost");
            case ChangeFate.NotSent:
                throw new CommunicationException("no", new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused"));
            case ChangeFate.NotLed:
                Leader = null;
                return Tell(before, apply);
            default:
                return Tell(before, apply);
        }
    }

    private MemberReport Tell(MemberReport before, Func<IEnumerable<MemberData>, IEnumerable<MemberData>> apply)
    {
        var now = new MemberReport { Configuration = before.Configuration + 1, Members = [.. apply(before.Members)] };
        foreach (Uri address in FakeCluster.Addresses.Values)
        {
            cluster.Told[address] = now;
        }

        return now;
    }

    private static FaultException<ChangeRefusedFault> Refusal(string reason, bool mayPass) =>
        new(new ChangeRefusedFault { Reason = reason, MayPass = mayPass }, reason);
}
