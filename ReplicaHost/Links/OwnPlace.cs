namespace PaxosWcf.ReplicaHost.Links;

/// <summary>Where replicas call this one: set when it learns a configuration, read by whatever tells others.</summary>
internal sealed class OwnPlace
{
    private MemberPlace _now = new(0, null);

    /// <summary>The present one.</summary>
    public MemberPlace Now
    {
        get => Volatile.Read(ref _now);
        set => Volatile.Write(ref _now, value);
    }
}

/// <summary>Where a member is.</summary>
/// <param name="Configuration">Number of the configuration that says so.</param>
/// <param name="Peer">Its peer address; null for one that is no member.</param>
internal sealed record MemberPlace(long Configuration, Uri? Peer);
