using System.Collections.Concurrent;
using PaxosWcf.Contracts;

namespace PaxosWcf.ReplicaHost.Faults;

/// <summary>Cuts, delays and heals the links between this replica and its peers, and logs each. A cut link loses messages
/// at once, on this side, as the network might; the other replica needs to know nothing of it.</summary>
internal sealed class LinkFaultLab(int replica, IEnumerable<int> peers, bool isOn, ILogger logger)
{
    /// <summary>Longest delay, in milliseconds: a minute, far beyond any time-out between replicas.</summary>
    public const int DelayMillisecondsMax = 60_000;

    private readonly ConcurrentDictionary<int, LinkReport> _links = new(peers.Select(
        peer => KeyValuePair.Create(peer, Whole(replica, peer))));

    /// <summary>Whether faults may be injected here at all.</summary>
    public bool IsOn => isOn;

    /// <summary>Links that something was done to, by peer.</summary>
    public LinkReport[] Faulty => [.. _links.Values.Where(IsFaulty).OrderBy(link => link.PeerId)];

    /// <summary>There is a link to that replica from now on.</summary>
    public void Meet(int peer) => _links.TryAdd(peer, Whole(replica, peer));

    /// <summary>Whether there is a link to that replica.</summary>
    public bool Knows(int peer) => _links.ContainsKey(peer);

    /// <summary>Whether what this replica sends to the peer is lost.</summary>
    public bool LosesTo(int peer) => _links.TryGetValue(peer, out var link) && link.CutTo;

    /// <summary>Whether what the peer sends to this replica is lost.</summary>
    public bool LosesFrom(int peer) => _links.TryGetValue(peer, out var link) && link.CutFrom;

    /// <summary>Ends when a message has been on its way for as long as the link is delayed.</summary>
    public Task DelayAsync(int peer, CancellationToken cancellationToken) =>
        _links.TryGetValue(peer, out var link) && link.DelayMilliseconds > 0
            ? Task.Delay(link.DelayMilliseconds, cancellationToken)
            : Task.CompletedTask;

    /// <summary>Cuts a link, in one direction or both; what was cut before stays so.</summary>
    public LinkReport Cut(int peer, LinkDirection direction)
    {
        HostLog.LinkCut(logger, replica, peer, direction switch
        {
            LinkDirection.To => $"what R{replica} sends to R{peer} is lost",
            LinkDirection.From => $"what R{peer} sends to R{replica} is lost",
            _ => "all messages are lost, both ways",
        });
        return Change(peer, link => link with
        {
            CutTo = link.CutTo || direction is LinkDirection.Both or LinkDirection.To,
            CutFrom = link.CutFrom || direction is LinkDirection.Both or LinkDirection.From,
        });
    }

    /// <summary>Makes each call over a link take longer.</summary>
    public LinkReport Delay(int peer, int milliseconds)
    {
        HostLog.LinkDelayed(logger, replica, peer, milliseconds);
        return Change(peer, link => link with { DelayMilliseconds = milliseconds });
    }

    /// <summary>Ends cuts and delays; says which links had any.</summary>
    /// <param name="peer">Of the link to this peer only; null: of all.</param>
    public LinkReport[] Heal(int? peer)
    {
        var healed = Faulty.Where(link => peer is null || link.PeerId == peer).ToList();
        foreach (var link in healed)
        {
            _links[link.PeerId] = Whole(replica, link.PeerId);
            HostLog.LinkHealed(logger, replica, link.PeerId);
        }

        return [.. healed.Select(link => _links[link.PeerId])];
    }

    private static LinkReport Whole(int replica, int peer) => new()
    {
        ReplicaId = replica,
        PeerId = peer,
        CutTo = false,
        CutFrom = false,
        DelayMilliseconds = 0,
    };

    private static bool IsFaulty(LinkReport link) => link.CutTo || link.CutFrom || link.DelayMilliseconds > 0;

    private LinkReport Change(int peer, Func<LinkReport, LinkReport> change) =>
        _links.AddOrUpdate(peer, id => change(Whole(replica, id)), (_, link) => change(link));
}
