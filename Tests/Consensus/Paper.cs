using System.Text;
using PaxosWcf.Consensus;

namespace PaxosWcf.Tests.Consensus;

/// <summary>Short names for the things that the role tests are about.</summary>
internal static class Paper
{
    public static readonly ReplicaId R1 = new(1);
    public static readonly ReplicaId R2 = new(2);
    public static readonly ReplicaId R3 = new(3);
    public static readonly ReplicaId R4 = new(4);
    public static readonly ReplicaId R5 = new(5);
    public static readonly Quorum Five = new([R1, R2, R3, R4, R5]);
    public static readonly PaxosWcf.Consensus.Configuration First = PaxosWcf.Consensus.Configuration.First(Five);

    /// <summary>The defaults, but that all voters are asked at once only where a test is about that.</summary>
    public static readonly ConsensusOptions Options = new() { AskAllTicks = int.MaxValue };

    public static Ballot Ballot(long round, int proposer) => new(round, new ReplicaId(proposer));

    public static Slot Slot(long number) => new(number);

    public static Command Command(string payload, int origin = 1, long number = 1) =>
        PaxosWcf.Consensus.Command.Create(new CommandId(new ReplicaId(origin), 1, number), 0, Encoding.UTF8.GetBytes(payload));

    public static Value Value(string payload) => PaxosWcf.Consensus.Value.Of([Command(payload)]);

    public static Proposal Proposal(long slot, string payload) => new(Slot(slot), Value(payload));

    public static AcceptedEntry Entry(long slot, Ballot ballot, string payload) => new(Slot(slot), ballot, Value(payload));

    public static Accept Accept(Ballot ballot, params Proposal[] proposals) =>
        new(ballot, proposals, PaxosWcf.Consensus.Slot.None);

    public static Promise Promise(Ballot ballot, params AcceptedEntry[] entries) =>
        new(ballot, Slot(1), PaxosWcf.Consensus.Slot.None, entries, ContinueFrom: null);

    public static T Only<T>(this IEnumerable<Envelope> envelopes)
        where T : Message => envelopes.Select(envelope => envelope.Message).OfType<T>().Single();

    public static IEnumerable<T> All<T>(this IEnumerable<Envelope> envelopes)
        where T : Message => envelopes.Select(envelope => envelope.Message).OfType<T>();
}
