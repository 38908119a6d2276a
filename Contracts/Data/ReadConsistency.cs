using System.Runtime.Serialization;

namespace PaxosWcf.Contracts;

/// <summary>What a read promises.</summary>
[DataContract(Namespace = ServiceNamespaces.Data)]
public enum ReadConsistency
{
    /// <summary>Sees every write that was acknowledged before the read began, whichever replica took it.</summary>
    [EnumMember]
    Linearizable = 0,

    /// <summary>This replica's own state, at once; may be stale, and says through which slot it is applied.</summary>
    [EnumMember]
    Serializable = 1,
}
