using PaxosWcf.Consensus;
using PaxosWcf.Contracts;
using PaxosWcf.ReplicaHost.Links;
using CatchUpReply = PaxosWcf.Contracts.CatchUpReply;
using HeartbeatReply = PaxosWcf.Contracts.HeartbeatReply;
using ProposeReply = PaxosWcf.Contracts.ProposeReply;
using ReadIndexReply = PaxosWcf.Contracts.ReadIndexReply;
using ReadSnapshotReply = PaxosWcf.Contracts.ReadSnapshotReply;
using RecallReply = PaxosWcf.Contracts.RecallReply;

namespace PaxosWcf.ReplicaHost.Wire;

/// <summary>Between the messages of Consensus and what crosses the wire. The one file that knows both.</summary>
internal static class WireMapper
{
    public static PrepareRequest ToWire(Prepare prepare, Sender from) => new()
    {
        From = from.Id.Number,
        Incarnation = from.Incarnation.Number,
        Ballot = ToWire(prepare.Ballot),
        FromSlot = prepare.From.Number,
    };

    public static Prepare FromWire(PrepareRequest request) => new(FromWire(request.Ballot), new Slot(request.FromSlot));

    public static PrepareReply ToPrepareReply(Message answer, Incarnation own) => answer switch
    {
        Promise promise => new PrepareReply
        {
            Ballot = ToWire(promise.Ballot),
            FromSlot = promise.From.Number,
            LearnedThrough = promise.LearnedThrough.Number,
            Entries = [.. promise.Entries.Select(ToWire)],
            ContinueFrom = promise.ContinueFrom?.Number,
            Incarnation = own.Number,
            HeldThrough = promise.HeldThrough.Number,
            PromisedBefore = promise.PromisedBefore is { } before ? ToWire(before) : null,
        },
        Rejected rejected => new PrepareReply
        {
            Ballot = ToWire(rejected.Ballot),
            RejectedBy = ToWire(rejected.Promised),
            Incarnation = own.Number,
        },
        _ => throw Unexpected(answer),
    };

    public static Message FromWire(PrepareReply reply) => reply.RejectedBy is { } promised
        ? new Rejected(FromWire(reply.Ballot), FromWire(promised))
        : new Promise(
            FromWire(reply.Ballot),
            new Slot(reply.FromSlot),
            new Slot(reply.LearnedThrough),
            [.. (reply.Entries ?? []).Select(FromWire)],
            reply.ContinueFrom is { } slot ? new Slot(slot) : null)
        {
            HeldThrough = new Slot(reply.HeldThrough),
            PromisedBefore = reply.PromisedBefore is { } before ? FromWire(before) : null,
        };

    public static AcceptRequest ToWire(Accept accept, Sender from) => new()
    {
        From = from.Id.Number,
        Incarnation = from.Incarnation.Number,
        Ballot = ToWire(accept.Ballot),
        Slots = [.. accept.Proposals.Select(proposal => proposal.Slot.Number)],
        Values = [.. accept.Proposals.Select(proposal => ToWire(proposal.Value))],
        ChosenThrough = accept.ChosenThrough.Number,
    };

    public static Accept FromWire(AcceptRequest request)
    {
        Check(request.Slots.Length == request.Values.Length, "Accept carries as many slots as values");
        var proposals = request.Slots.Zip(request.Values, (slot, value) => new Proposal(SlotFromWire(slot), FromWire(value)));
        return new Accept(FromWire(request.Ballot), [.. proposals], new Slot(request.ChosenThrough));
    }

    public static AcceptReply ToAcceptReply(Message answer, Incarnation own) => answer switch
    {
        Accepted accepted => new AcceptReply
        {
            Ballot = ToWire(accepted.Ballot),
            Slots = [.. accepted.Slots.Select(slot => slot.Number)],
            Incarnation = own.Number,
            HeldThrough = accepted.HeldThrough.Number,
        },
        Rejected rejected => new AcceptReply
        {
            Ballot = ToWire(rejected.Ballot),
            RejectedBy = ToWire(rejected.Promised),
            Incarnation = own.Number,
        },
        _ => throw Unexpected(answer),
    };

    public static Message FromWire(AcceptReply reply) => reply.RejectedBy is { } promised
        ? new Rejected(FromWire(reply.Ballot), FromWire(promised))
        : new Accepted(FromWire(reply.Ballot), [.. (reply.Slots ?? []).Select(slot => new Slot(slot))])
        {
            HeldThrough = new Slot(reply.HeldThrough),
        };

    public static LearnRequest ToWire(Learn learn, Sender from) => new()
    {
        From = from.Id.Number,
        Incarnation = from.Incarnation.Number,
        Ballot = ToWire(learn.Ballot),
        ChosenThrough = learn.ChosenThrough.Number,
        Values = ValuesToWire(learn),
    };

    public static Learn FromWire(LearnRequest request) => LearnFromWire(request.Ballot, request.ChosenThrough, request.Values);

    public static CatchUpRequest ToWire(CatchUp catchUp, Sender from) =>
        new() { From = from.Id.Number, Incarnation = from.Incarnation.Number, FromSlot = catchUp.From.Number };

    public static CatchUp FromWire(CatchUpRequest request) => new(SlotFromWire(request.FromSlot));

    public static CatchUpReply ToWire(Consensus.CatchUpReply reply) => new()
    {
        FromSlot = reply.From.Number,
        Values = [.. reply.Values.Select(ToWire)],
        LearnedThrough = reply.LearnedThrough.Number,
        TruncatedThrough = reply.TruncatedThrough.Number,
    };

    public static Consensus.CatchUpReply FromWire(CatchUpReply reply) => new(
        SlotFromWire(reply.FromSlot),
        [.. reply.Values.Select(FromWire)],
        new Slot(reply.LearnedThrough),
        new Slot(reply.TruncatedThrough ?? 0));

    public static ReadSnapshotRequest ToWire(ReadSnapshot read, Sender from) =>
        new() { From = from.Id.Number, Incarnation = from.Incarnation.Number, Snapshot = read.Snapshot, Chunk = read.Chunk };

    public static ReadSnapshot FromWire(ReadSnapshotRequest request) => new(request.Snapshot, request.Chunk);

    public static ReadSnapshotReply ToWire(Consensus.ReadSnapshotReply reply) =>
        new() { Snapshot = reply.Snapshot, Chunk = reply.Chunk, Bytes = ToArray(reply.Bytes) };

    public static Consensus.ReadSnapshotReply FromWire(ReadSnapshotReply reply) => new(reply.Snapshot, reply.Chunk, reply.Bytes);

    public static HeartbeatRequest ToWire(Heartbeat heartbeat, Sender from, MemberPlace place, string serversHash) => new()
    {
        From = from.Id.Number,
        Incarnation = from.Incarnation.Number,
        Ballot = ToWire(heartbeat.Ballot),
        Leading = heartbeat.Leading,
        Round = heartbeat.Round,
        ChosenThrough = heartbeat.ChosenThrough.Number,
        ServersHash = serversHash,
        Roll = heartbeat.Roll.Count == 0 ? null : [.. heartbeat.Roll.Select(ToWire)],
        Configuration = place.Configuration,
        PeerAddress = place.Peer?.GetLeftPart(UriPartial.Authority),
    };

    public static Heartbeat FromWire(HeartbeatRequest request) => new(
        FromWire(request.Ballot), request.Leading, request.Round, new Slot(request.ChosenThrough))
    {
        Roll = [.. (request.Roll ?? []).Select(FromWire)],
    };

    public static HeartbeatReply ToWire(Consensus.HeartbeatReply reply, Incarnation own, string serversHash) => new()
    {
        Incarnation = own.Number,
        Round = reply.Round,
        Promised = reply.Promised is { } promised ? ToWire(promised) : null,
        Hears = reply.Hears?.Number,
        LearnedThrough = reply.LearnedThrough.Number,
        ServersHash = serversHash,
    };

    public static Consensus.HeartbeatReply FromWire(HeartbeatReply reply) => new(
        reply.Round,
        reply.Promised is { } promised ? FromWire(promised) : null,
        ReplicaFromWire(reply.Hears),
        new Slot(reply.LearnedThrough));

    public static ProposeRequest ToWire(Propose propose, Sender from) => new()
    {
        From = from.Id.Number,
        Incarnation = from.Incarnation.Number,
        Commands = [.. propose.Commands.Select(command => ToArray(command.Bytes))],
    };

    public static Propose FromWire(ProposeRequest request) => new([.. request.Commands.Select(CommandFromWire)]);

    public static ProposeReply ToWire(Consensus.ProposeReply reply) =>
        new()
        {
            Taken = reply.Taken,
            Leader = reply.Leader?.Number,
            Ballot = reply.Chosen is { } chosen ? ToWire(chosen.Ballot) : null,
            ChosenThrough = reply.Chosen?.ChosenThrough.Number ?? 0,
            Values = reply.Chosen is { } learn ? ValuesToWire(learn) : null,
        };

    public static Consensus.ProposeReply FromWire(ProposeReply reply) => new(reply.Taken, ReplicaFromWire(reply.Leader))
    {
        Chosen = reply.Ballot is { } ballot ? LearnFromWire(ballot, reply.ChosenThrough, reply.Values) : null,
    };

    public static ReadIndexRequest ToWire(ReadIndex readIndex, Sender from) =>
        new() { From = from.Id.Number, Incarnation = from.Incarnation.Number, Round = readIndex.Round, AskerConfirms = readIndex.AskerConfirms };

    public static ReadIndex FromWire(ReadIndexRequest request) => new(request.Round) { AskerConfirms = request.AskerConfirms };

    public static ReadIndexReply ToWire(Consensus.ReadIndexReply reply, Incarnation own) => new()
    {
        Incarnation = own.Number,
        Round = reply.Round,
        Confirmed = reply.Index is not null && !reply.AskerConfirms,
        Promised = reply.Promised is { } promised ? ToWire(promised) : null,
        Index = reply.Index?.Number ?? 0,
        Ballot = reply.Index is null ? null : ToWire(reply.Ballot),
        ChosenThrough = reply.ChosenThrough.Number,
        Leader = reply.Leader?.Number,
    };

    public static Consensus.ReadIndexReply FromWire(ReadIndexReply reply)
    {
        Check(!reply.Confirmed || reply.Ballot is not null, "a confirmed read index names its ballot");
        return new Consensus.ReadIndexReply(
            reply.Round,
            reply.Ballot is not null ? new Slot(reply.Index) : null,
            reply.Ballot is { } ballot ? FromWire(ballot) : Ballot.None,
            new Slot(reply.ChosenThrough),
            ReplicaFromWire(reply.Leader))
        {
            AskerConfirms = reply.Ballot is not null && !reply.Confirmed,
            Promised = reply.Promised is { } promised ? FromWire(promised) : null,
        };
    }

    public static TakeOverRequest ToWire(TakeOver takeOver, Sender from) => new()
    {
        From = from.Id.Number,
        Incarnation = from.Incarnation.Number,
        Ballot = ToWire(takeOver.Ballot),
        ChosenThrough = takeOver.ChosenThrough.Number,
    };

    public static TakeOver FromWire(TakeOverRequest request) =>
        new(FromWire(request.Ballot), new Slot(request.ChosenThrough));

    public static RecallRequest ToWire(Recall recall, Sender from) => new()
    {
        From = from.Id.Number,
        Incarnation = from.Incarnation.Number,
        Boot = recall.Boot,
        Start = recall.Start,
        Starts = [.. recall.Starts.Select(start => new StartData { Boot = start.Boot, Name = start.Name })],
    };

    public static Recall FromWire(RecallRequest request)
    {
        var starts = request.Starts ?? [];
        Check(starts.Length <= Recall.StartsMax, $"Recall names {Recall.StartsMax} starts at most");
        return new Recall(request.Boot, request.Start) { Starts = [.. starts.Select(start => new NamedStart(start.Boot, start.Name))] };
    }

    public static RecallReply ToWire(Consensus.RecallReply reply, Incarnation own) => new()
    {
        Start = reply.Start,
        Incarnation = own.Number,
        Seen = reply.Seen is { } seen ? ToWire(seen) : null,
        Promised = reply.Promised is { } promised ? ToWire(promised) : null,
    };

    public static Consensus.RecallReply FromWire(RecallReply reply) =>
        new(reply.Start, reply.Seen is { } seen ? FromWire(seen) : null)
        {
            Promised = reply.Promised is { } promised ? FromWire(promised) : null,
        };

    private static RememberedData ToWire(Remembered remembered) => new()
    {
        Member = remembered.Member.Number,
        Incarnation = remembered.Incarnation.Number,
        Boot = remembered.Boot,
        Start = remembered.Start,
        Promised = ToWire(remembered.Promised),
        HeldThrough = remembered.HeldThrough.Number,
    };

    private static Remembered FromWire(RememberedData data) => new(
        new ReplicaId(data.Member), new Incarnation(data.Incarnation), data.Boot, data.Start, FromWire(data.Promised),
        new Slot(data.HeldThrough));

    private static BallotData ToWire(Ballot ballot) => new()
    {
        Round = ballot.Round,
        Proposer = ballot.Proposer.Number,
        Configuration = ballot.Configuration,
    };

    private static Ballot FromWire(BallotData ballot)
    {
        Check(ballot.Round >= 0, "a ballot's round is 0 or more");
        Check(ballot.Configuration >= 0, "a ballot's configuration is 0 or more");
        return new Ballot(ballot.Round, new ReplicaId(ballot.Proposer)) { Configuration = ballot.Configuration };
    }

    private static AcceptedData ToWire(AcceptedEntry entry) => new()
    {
        Slot = entry.Slot.Number,
        Ballot = ToWire(entry.Ballot),
        Value = ToWire(entry.Value),
    };

    private static AcceptedEntry FromWire(AcceptedData entry) =>
        new(SlotFromWire(entry.Slot), FromWire(entry.Ballot), FromWire(entry.Value));

    private static byte[] ToWire(Value value) => ToArray(value.Bytes);

    private static Value FromWire(byte[] bytes)
    {
        Check(Value.TryRead(bytes, out var value), "a value is whole and of a known format");
        return value;
    }

    private static Command CommandFromWire(byte[] bytes)
    {
        Check(Command.TryRead(bytes, out var command) && command.Bytes.Length == bytes.Length, "a command is whole");
        return command;
    }

    private static Slot SlotFromWire(long slot)
    {
        Check(slot > 0, "a slot's number is 1 or more");
        return new Slot(slot);
    }

    private static ReplicaId? ReplicaFromWire(int? replica) => replica is { } number ? new ReplicaId(number) : null;

    // Commands and values are made as whole arrays, so the wire can take those as they are.
    private static byte[] ToArray(ReadOnlyMemory<byte> bytes) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(bytes, out var segment)
        && segment.Array is { } array && segment.Offset == 0 && segment.Count == array.Length
            ? array
            : bytes.ToArray();

    private static void Check(bool condition, string rule)
    {
        if (!condition)
        {
            throw new WireException($"A message from a replica breaks a rule: {rule}.");
        }
    }

    private static ChosenData? ValuesToWire(Learn learn) => learn.Values.Count == 0
        ? null
        : new ChosenData { FromSlot = learn.From.Number, Values = [.. learn.Values.Select(ToWire)] };

    private static Learn LearnFromWire(BallotData ballot, long chosenThrough, ChosenData? values) =>
        new(FromWire(ballot), new Slot(chosenThrough))
        {
            From = values is null ? Slot.None : SlotFromWire(values.FromSlot),
            Values = values is null ? [] : [.. values.Values.Select(FromWire)],
        };

    private static System.Diagnostics.UnreachableException Unexpected(Message answer) =>
        new($"no answer of kind {answer.GetType().Name} belongs to this call");
}
