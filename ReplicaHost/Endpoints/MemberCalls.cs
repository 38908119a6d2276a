using System.Globalization;
using System.ServiceModel;
using System.Text;
using PaxosWcf.Consensus;
using PaxosWcf.Contracts;
using PaxosWcf.Contracts.Configuration;
using PaxosWcf.Replication;

namespace PaxosWcf.ReplicaHost.Endpoints;

/// <summary>Brings changes of the members into the replica's loop, and tells what came of them.</summary>
internal sealed class MemberCalls(string cluster, ReplicaLoop loop, StoreCalls calls)
{
    private const int ReplicaIdMax = 99;

    /// <summary>Has a change chosen. Until somebody leads under the configuration that it makes, the disks of the one before are
    /// still needed: whoever asked looks at the status for that.</summary>
    /// <exception cref="FaultException">It was refused, or its outcome is not known.</exception>
    public async Task<MemberReport> ChangeAsync(MembershipChange change)
    {
        var done = await calls.ChangeAsync(change, CancellationToken.None);
        if (!done.IsInForce)
        {
            throw StoreFaults.ChangeRefused(
                new ChangeRefusal("Another change of the members was chosen first; look at the members and try again.", MayPass: true));
        }

        return await ReportAsync();
    }

    /// <summary>The last configuration that this replica has learned, and who leads as far as it has heard.</summary>
    public async Task<MemberReport> ReportAsync()
    {
        var now = await SnapshotAsync();
        return new MemberReport
        {
            Configuration = now.Configuration.Number,
            Members = Members(now.Configuration),
            Leader = now.NamedLeader?.Number,
            Cluster = cluster,
        };
    }

    /// <summary>The replica as it is.</summary>
    public async Task<ReplicaSnapshot> SnapshotAsync()
    {
        var report = new TaskCompletionSource<ReplicaSnapshot>(TaskCreationOptions.RunContinuationsAsynchronously);
        return loop.TryPost(new StatusAsked(report.SetResult))
            ? await loop.AnswerAsync(report.Task)
            : throw StoreFaults.Overloaded(nameof(ReplicaLoop.QueueMax), ReplicaLoop.QueueMax);
    }

    /// <summary>The members as the wire has them.</summary>
    public static MemberData[] Members(Consensus.Configuration configuration) => [.. configuration.Members.Select(member =>
    {
        var addresses = MemberAddresses.Read(member.Addresses);
        return new MemberData
        {
            ReplicaId = member.Id.Number,
            Incarnation = member.Incarnation.ToString(),
            IsVoter = member.IsVoter,
            Client = addresses?.Client.GetLeftPart(UriPartial.Authority) ?? "",
            Peer = addresses?.Peer.GetLeftPart(UriPartial.Authority) ?? "",
        };
    })];

    /// <summary>Reads a replica's id.</summary>
    public static ReplicaId Id(int replica) => replica is >= 1 and <= ReplicaIdMax
        ? new ReplicaId(replica)
        : throw StoreFaults.InvalidRequest(nameof(replica), $"is {replica}; ids are 1..{ReplicaIdMax}.");

    /// <summary>Reads the incarnation of a machine that is to come in. That of the bootstrap is not its own: any disk that was bootstrapped has it, and two
    /// machines could vote as one member.</summary>
    public static Incarnation NewLife(string incarnation) => Life(incarnation) is var life && life != Incarnation.First
        ? life
        : throw StoreFaults.InvalidRequest(
            nameof(incarnation), $"is \"{incarnation}\", as every disk has it that was bootstrapped; start the new machine with an empty directory and without --bootstrap.");

    /// <summary>Reads an incarnation.</summary>
    public static Incarnation Life(string incarnation)
    {
        if (incarnation == Incarnation.First.ToString())
        {
            return Incarnation.First;
        }

        return incarnation.Length == 16 && long.TryParse(incarnation, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number)
            ? new Incarnation(number)
            : throw StoreFaults.InvalidRequest(nameof(incarnation), $"is \"{incarnation}\"; an incarnation has 16 hexadecimal digits.");
    }

    /// <summary>Reads the pair of addresses at which a replica is to be: as servers.xml has them, and nobody else's.</summary>
    public async Task<string> AddressesAsync(int replica, string peer, string client)
    {
        var (peerAddress, clientAddress) = (Address(nameof(peer), peer), Address(nameof(client), client));
        if (AddressRules.HostAndPort(peerAddress) == AddressRules.HostAndPort(clientAddress))
        {
            throw StoreFaults.InvalidRequest(nameof(peer), $"is \"{peer}\", the client address too; each needs a port of its own.");
        }

        foreach (var other in (await SnapshotAsync()).Configuration.Members.Where(member => member.Id.Number != replica))
        {
            RequireNotOf(other, nameof(peer), peerAddress);
            RequireNotOf(other, nameof(client), clientAddress);
        }

        var addresses = MemberAddresses.Write(clientAddress, peerAddress);
        var bytes = Encoding.UTF8.GetByteCount(addresses);
        return bytes <= Consensus.Configuration.AddressesBytesMax
            ? addresses
            : throw StoreFaults.InvalidRequest(
                nameof(peer), $"and client take {bytes} bytes together, and at most {Consensus.Configuration.AddressesBytesMax} are taken.");
    }

    private static void RequireNotOf(Member other, string field, Uri address)
    {
        if (MemberAddresses.Read(other.Addresses) is { } taken
            && new[] { taken.Client, taken.Peer }.Any(one => AddressRules.HostAndPort(one) == AddressRules.HostAndPort(address)))
        {
            throw StoreFaults.InvalidRequest(field, $"is \"{address.GetLeftPart(UriPartial.Authority)}\", where replica {other.Id.Number} is.");
        }
    }

    private static Uri Address(string field, string text) => AddressRules.Refusal(text, out var address) is { } refusal
        ? throw StoreFaults.InvalidRequest(field, $"is \"{text}\": {refusal}.")
        : address!;
}
