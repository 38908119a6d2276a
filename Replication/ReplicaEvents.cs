using PaxosWcf.Consensus;
using PaxosWcf.Replication.Changes;
using PaxosWcf.Replication.KeyValue;

namespace PaxosWcf.Replication;

/// <summary>Why a command or read was not answered in time.</summary>
public enum Refusal
{
    /// <summary>It certainly has no effect and never will.</summary>
    NotExecuted,

    /// <summary>It was handed to a leader: it may have been chosen, or may yet be.</summary>
    OutcomeUnknown,

    /// <summary>The replica has all the commands it may hold; this one was not taken.</summary>
    Overloaded,

    /// <summary>The commands that the replica holds take all the bytes that they may take; this one was not taken.</summary>
    OverloadedBytes,

    /// <summary>The replica is no member, or its disk is not the member's: it takes no commands.</summary>
    Fenced,
}

/// <summary>Waits for what comes of one command.</summary>
public interface ICommandCaller
{
    /// <summary>The command is chosen and applied here.</summary>
    void OnAnswer(CommandAnswer answer);

    /// <summary>The command was given up or not taken.</summary>
    void OnRefused(Refusal refusal);
}

/// <summary>Waits until a read may be served.</summary>
public interface IReadCaller
{
    /// <summary>The state, as it now is, reflects every write that was acknowledged before the read began.</summary>
    void OnReady();
}

/// <summary>Waits for changes of keys.</summary>
public interface IWatchCaller
{
    /// <summary>There is something to read from a revision on: a change, or that it is compacted.</summary>
    void OnChange(long revision);

    /// <summary>The time is over, and through this revision nothing has come.</summary>
    void OnOver(long completeThrough);

    /// <summary>The replica cannot tell, or too many wait.</summary>
    void OnRefused(Refusal refusal);
}

/// <summary>Something that happens to a replica. A closed family.</summary>
public abstract record ReplicaEvent;

/// <summary>A message arrived.</summary>
public sealed record MessageArrived(Envelope Envelope) : ReplicaEvent;

/// <summary>A tick passed.</summary>
public sealed record TickPassed : ReplicaEvent
{
    /// <summary>The only one.</summary>
    public static readonly TickPassed Instance = new();
}

/// <summary>A client wants a command done.</summary>
public sealed record CommandSubmitted(ReadOnlyMemory<byte> Payload, ICommandCaller Caller) : ReplicaEvent;

/// <summary>A client waits for its command no longer.</summary>
/// <param name="Caller">Who submitted it.</param>
/// <param name="IfKept">Only if it is still here, never handed over: then it certainly has no effect. Else it goes on.</param>
public sealed record CommandGivenUp(ICommandCaller Caller, bool IfKept = false) : ReplicaEvent;

/// <summary>A client wants a linearizable read.</summary>
public sealed record ReadRequested(IReadCaller Caller) : ReplicaEvent;

/// <summary>A client waits for its read no longer.</summary>
public sealed record ReadGivenUp(IReadCaller Caller) : ReplicaEvent;

/// <summary>A client wants to hear of changes, and has read all that there are.</summary>
/// <param name="Filter">Of which keys.</param>
/// <param name="From">The first revision that it has not read; it may be yet to come.</param>
/// <param name="Ticks">How long it waits: 1 or more.</param>
/// <param name="Caller">Hears once, and waits no longer then.</param>
public sealed record WatchRequested(ChangeFilter Filter, long From, int Ticks, IWatchCaller Caller) : ReplicaEvent
{
    /// <summary>How many may wait at a replica, at most; one more is refused with Overloaded. Half of the calls that a door takes at
    /// once.</summary>
    public const int WatchesMax = 512;
}

/// <summary>A client waits for changes no longer.</summary>
public sealed record WatchGivenUp(IWatchCaller Caller) : ReplicaEvent;

/// <summary>An operator wants the configuration changed; only the leader does so.</summary>
/// <param name="Change">What is to change.</param>
/// <param name="Caller">Hears when it is chosen and applied.</param>
/// <param name="OnRefused">Hears why when it is not proposed at all.</param>
public sealed record ChangeRequested(MembershipChange Change, ICommandCaller Caller, Action<ChangeRefusal> OnRefused) : ReplicaEvent;

/// <summary>The acceptor fails or comes back.</summary>
/// <param name="Up">Whether it is to be up.</param>
/// <param name="Report">Hears whether that changed anything.</param>
public sealed record AcceptorSwitched(bool Up, Action<bool> Report) : ReplicaEvent;

/// <summary>Leadership is to be handed over.</summary>
/// <param name="To">To whom; null: to whoever has learned everything first.</param>
/// <param name="Report">Hears what came of it.</param>
public sealed record HandOverAsked(ReplicaId? To, Action<HandOverResult> Report) : ReplicaEvent;

/// <summary>What came of handing leadership over.</summary>
/// <param name="Led">Whether the replica led, and had somebody to hand it to.</param>
/// <param name="Leader">Who leads instead; null: nobody took over, and the replica goes on leading if it still can.</param>
public sealed record HandOverResult(bool Led, ReplicaId? Leader);

/// <summary>Somebody asks how the replica is.</summary>
public sealed record StatusAsked(Action<ReplicaSnapshot> Report) : ReplicaEvent;

/// <summary>A replica at one moment.</summary>
public sealed record ReplicaSnapshot(
    ReplicaId Self, bool Leading, bool Preparing, ReplicaId? Leader, Ballot? Promised, bool AcceptorUp, Slot LearnedThrough,
    StateNumbers State, Divergence? Divergence, Slot AgreedThrough)
{
    /// <summary>Which life of its disk it is.</summary>
    public Incarnation Incarnation { get; init; }

    /// <summary>What it may do.</summary>
    public Standing Standing { get; init; }

    /// <summary>Why it may not do more; empty when all is well.</summary>
    public string Complaint { get; init; } = "";

    /// <summary>The members, as far as it has learned.</summary>
    public required Configuration Configuration { get; init; }

    /// <summary>Whether it leads under that configuration: then the configuration before is over.</summary>
    public bool LeadsConfiguration { get; init; }

    /// <summary>Whom it names to clients that ask who leads. Fenced by a wrong state it hears nothing any more, and must not go on naming who led
    /// then: perhaps itself.</summary>
    public ReplicaId? NamedLeader => Divergence is null ? Leader : null;
}

/// <summary>This replica's state differs from that of a majority: it is fenced, and neither serves nor votes.</summary>
public sealed record Diverged(Divergence Divergence) : Note;

/// <summary>What a replica needs of the world around it.</summary>
public interface IReplicaOutput
{
    /// <summary>Sends a message to another replica. It may be lost.</summary>
    void Send(Envelope envelope);

    /// <summary>The disk is about to be waited for. Whoever was answered so far counts on nothing that is on its way there, and need not wait for it.</summary>
    void OnFlushing();

    /// <summary>Hears of decisions, for the log.</summary>
    void OnNote(Note note);

    /// <summary>Hears what is applied, in slot order, before any caller does.</summary>
    void OnApplied(Slot slot, Value value);

    /// <summary>Hears that another replica's state is this one's now, through a slot: what lies before it is never applied here.</summary>
    void OnInstalled(Slot through);
}
