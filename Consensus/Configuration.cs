using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace PaxosWcf.Consensus;

/// <summary>A replica of a configuration.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Incarnation">The one life of its disk whose word counts.</param>
/// <param name="AdmittedBy">Number of the configuration that was the first to name this incarnation.</param>
/// <param name="IsVoter">Whether its acceptor counts; otherwise it only learns.</param>
/// <param name="Addresses">Where it is called: the host's business, only carried here. At most
/// <see cref="Configuration.AddressesBytesMax"/> bytes of UTF-8.</param>
public sealed record Member(ReplicaId Id, Incarnation Incarnation, long AdmittedBy, bool IsVoter, string Addresses)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Id}{(IsVoter ? "" : " learns")} ({Incarnation})";
}

/// <summary>Who is in the cluster. Each configuration but the first is chosen in a slot, as a value of its own, and counts from
/// the slot after it on: it is the stop-sign of the one before, which proposes nothing beyond.</summary>
/// <remarks>A change is a command whose payload is the next configuration as a whole. It takes effect exactly when its number
/// is one above that of the configuration it meets; otherwise another change came first, and it is nothing.
/// Layout, little-endian: marker 'c' (1 byte), format version (1, now 1), number (8), number of members (1), then for each: id
/// (4), incarnation (8), admitted by (8), voter (1), length of the addresses (2), the addresses in UTF-8.</remarks>
public sealed class Configuration
{
    /// <summary>The only format version so far.</summary>
    public const byte FormatVersion = 1;

    /// <summary>Members of a configuration, learners included, at most.</summary>
    public const int MembersMax = Quorum.MembersMax;

    /// <summary>Bytes of a member's addresses, at most.</summary>
    public const int AddressesBytesMax = 1024;

    // No other payload begins with it: those of the state machine begin with its format version.
    private const byte Marker = (byte)'c';
    private const int HeaderBytes = 11;
    private const int MemberBytes = 23;

    private readonly Member[] _members;

    /// <summary>Puts a configuration together.</summary>
    public Configuration(long number, IEnumerable<Member> members)
    {
        Number = number;
        _members = [.. members.OrderBy(member => member.Id)];
        Invariant.Holds(_members.Length <= MembersMax, $"a configuration has at most {MembersMax} members");
        Invariant.Holds(_members.DistinctBy(member => member.Id).Count() == _members.Length, "a configuration names each member once");
        Quorum = new Quorum(_members.Where(member => member.IsVoter).Select(member => member.Id));
    }

    /// <summary>Configurations are counted up; the first is 0.</summary>
    public long Number { get; }

    /// <summary>All members, in order of their ids.</summary>
    public IReadOnlyList<Member> Members => _members;

    /// <summary>The voters among them.</summary>
    public Quorum Quorum { get; }

    /// <summary>The configuration that a cluster is bootstrapped with.</summary>
    public static Configuration First(IEnumerable<(ReplicaId Id, string Addresses)> members) =>
        new(0, members.Select(member => new Member(member.Id, Incarnation.First, 0, IsVoter: true, member.Addresses)));

    /// <summary>The first configuration of these replicas, wherever they are.</summary>
    public static Configuration First(Quorum quorum) => First(quorum.Members.Select(member => (member, "")));

    /// <summary>Whether a command's payload is meant for a change of configuration: then it is proposed in a value of its
    /// own.</summary>
    public static bool IsChange(ReadOnlySpan<byte> payload) => payload.Length > 0 && payload[0] == Marker;

    /// <summary>Whether a payload changes the configuration in a way that only a newer build can read.</summary>
    public static bool IsOfNewerBuild(ReadOnlySpan<byte> payload) => IsChange(payload) && payload.Length > 1 && payload[1] > FormatVersion;

    /// <summary>Reads what <see cref="Encode"/> wrote; false when the bytes are not exactly that.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Configuration? configuration)
    {
        configuration = null;
        if (bytes.Length < HeaderBytes || !IsChange(bytes) || bytes[1] != FormatVersion)
        {
            return false;
        }

        var members = new List<Member>();
        var rest = bytes[HeaderBytes..];
        for (var left = bytes[10]; left > 0; left--)
        {
            if (ReadMember(ref rest) is not { } member)
            {
                return false;
            }

            members.Add(member);
        }

        if (!rest.IsEmpty || !members.Exists(member => member.IsVoter)
            || members.Count > MembersMax || members.DistinctBy(member => member.Id).Count() != members.Count)
        {
            return false;
        }

        configuration = new Configuration(BinaryPrimitives.ReadInt64LittleEndian(bytes[2..]), members);
        return true;
    }

    /// <summary>The bytes that travel as a command's payload, and that the state keeps.</summary>
    public byte[] Encode()
    {
        var bytes = new List<byte>(HeaderBytes + (64 * _members.Length)) { Marker, FormatVersion };
        bytes.AddRange(Little(Number, 8));
        bytes.Add((byte)_members.Length);
        foreach (var member in _members)
        {
            var addresses = Encoding.UTF8.GetBytes(member.Addresses);
            Invariant.Holds(addresses.Length <= AddressesBytesMax, $"the addresses of {member.Id} take at most {AddressesBytesMax} bytes");
            bytes.AddRange(Little(member.Id.Number, 4));
            bytes.AddRange(Little(member.Incarnation.Number, 8));
            bytes.AddRange(Little(member.AdmittedBy, 8));
            bytes.Add((byte)(member.IsVoter ? 1 : 0));
            bytes.AddRange(Little(addresses.Length, 2));
            bytes.AddRange(addresses);
        }

        return [.. bytes];
    }

    /// <summary>The member with an id, or null.</summary>
    public Member? Find(ReplicaId id) => Array.Find(_members, member => member.Id == id);

    /// <summary>Whether this life of a replica is a member.</summary>
    public bool Names(ReplicaId id, Incarnation incarnation) => Find(id) is { } member && member.Incarnation == incarnation;

    /// <summary>The configuration that a value begins when it is chosen under this one; null when it begins none.</summary>
    /// <exception cref="NewerBuildException">It may begin one that this build cannot read: to go on under this one would be to have two at once.</exception>
    public Configuration? Next(Value value) =>
        value.Commands is [var only] && IsOfNewerBuild(only.Payload.Span)
            ? throw new NewerBuildException("A change of the members was proposed in a form that this build does not know. Nothing of it was applied here: start this replica again with the build that the others have.")
            : value.Change is { } change && change.Number == Number + 1 ? change : null;

    /// <inheritdoc/>
    public override string ToString() => $"configuration {Number}: {string.Join(", ", Members)}";

    private static Member? ReadMember(ref ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < MemberBytes)
        {
            return null;
        }

        var addressesBytes = BinaryPrimitives.ReadUInt16LittleEndian(bytes[21..]);
        if (addressesBytes > AddressesBytesMax || bytes.Length < MemberBytes + addressesBytes)
        {
            return null;
        }

        var member = new Member(
            new ReplicaId(BinaryPrimitives.ReadInt32LittleEndian(bytes)),
            new Incarnation(BinaryPrimitives.ReadInt64LittleEndian(bytes[4..])),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[12..]),
            bytes[20] != 0,
            Encoding.UTF8.GetString(bytes.Slice(MemberBytes, addressesBytes)));
        bytes = bytes[(MemberBytes + addressesBytes)..];
        return member;
    }

    private static ReadOnlySpan<byte> Little(long number, int length)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        return bytes.AsSpan(0, length);
    }
}
