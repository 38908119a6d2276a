using System.Globalization;
using System.ServiceModel;
using PaxosWcf.Consensus;
using PaxosWcf.Contracts;
using PaxosWcf.Replication;

namespace PaxosWcf.ReplicaHost.Endpoints;

/// <summary>Brings changes of the members into the replica's loop, and tells what came of them.</summary>
internal sealed class MemberCalls(ReplicaLoop loop, StoreCalls calls)
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
    public static MemberData[] Members(Configuration configuration) => [.. configuration.Members.Select(member =>
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

    /// <summary>Reads a pair of addresses.</summary>
    public static string Addresses(string peer, string client) => MemberAddresses.Write(Address(nameof(client), client), Address(nameof(peer), peer));

    private static Uri Address(string field, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            && address.PathAndQuery == "/" && text.Length <= Configuration.AddressesBytesMax / 4
            ? address
            : throw StoreFaults.InvalidRequest(field, $"is \"{text}\"; an address is http(s)://host:port.");
}
