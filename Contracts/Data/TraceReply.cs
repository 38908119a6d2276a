using System.Runtime.Serialization;

namespace PaxosWcf.Contracts;

/// <summary>What a line of a trace is about.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public enum TraceEventKind
{
    /// <summary>The replica sent a message to another one, or, where <see cref="TraceEvent.Lost"/> says so, found out that one is lost. Whether any other arrived, only the other
    /// one's answer says.</summary>
    [EnumMember]
    Sends = 0,

    /// <summary>The replica applied a chosen value to its state.</summary>
    [EnumMember]
    Applies = 1,

    /// <summary>The replica decided something, or something happened to it: what its log says at level Information and above.</summary>
    [EnumMember]
    Says = 2,
}

/// <summary>Something that a replica did. Neither keys nor values are in it.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record TraceEvent
{
    /// <summary>Its number: those of one replica rise, also over its restarts, in the order in which they happened.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required long Number { get; init; }

    /// <summary>When, by the replica's clock, in UTC.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required DateTime At { get; init; }

    /// <summary>What it is about.</summary>
    [DataMember(Order = 3, IsRequired = true)]
    public required TraceEventKind Kind { get; init; }

    /// <summary>Id of the replica that the message is for; null where none is sent.</summary>
    [DataMember(Order = 4)]
    public int? To { get; init; }

    /// <summary>What kind of message it is, such as Accept or HeartbeatReply; null where none is sent.</summary>
    [DataMember(Order = 5)]
    public string? Message { get; init; }

    /// <summary>The message, the value or the decision, as logs print it: at most 256 characters, the last one … where it was longer.</summary>
    [DataMember(Order = 6, IsRequired = true)]
    public required string Text { get; init; }

    /// <summary>Set where a message that was sent before is lost, as its sender found out since: why. Null otherwise, and from hosts that do not tell.</summary>
    [DataMember(Order = 7, EmitDefaultValue = false)]
    public string? Lost { get; init; }
}

/// <summary>The answer to Trace.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public sealed record TraceReply
{
    /// <summary>The replica that did it.</summary>
    [DataMember(Order = 1, IsRequired = true)]
    public required int ReplicaId { get; init; }

    /// <summary>What it did, in that order; at most 2,048 events.</summary>
    [DataMember(Order = 2, IsRequired = true)]
    public required TraceEvent[] Events { get; init; }

    /// <summary>Where the next call begins.</summary>
    [DataMember(Order = 3, IsRequired = true)]
    public required long Next { get; init; }

    /// <summary>Whether something is missing before the first of them: the replica has kept 8,192 events since, or nobody asked for 15 seconds.</summary>
    [DataMember(Order = 4, IsRequired = true)]
    public required bool HasGap { get; init; }

    /// <summary>All that the replica did until then, by its clock, in UTC, is in this answer or in one before.</summary>
    [DataMember(Order = 5, IsRequired = true)]
    public required DateTime CompleteUntil { get; init; }
}
