using PaxosWcf.Consensus;

namespace PaxosWcf.ReplicaHost;

/// <summary>Which life of its disk this replica is: set by whatever it sends, read by whoever puts that on the wire.</summary>
internal sealed class OwnIncarnation(Incarnation first)
{
    private long _number = first.Number;

    /// <summary>The present one.</summary>
    public Incarnation Now
    {
        get => new(Volatile.Read(ref _number));
        set => Volatile.Write(ref _number, value.Number);
    }
}
