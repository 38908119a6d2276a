namespace PaxosWcf.Client;

/// <summary>A replica at an address: one that was replaced has the id of the one before, somewhere else.</summary>
/// <param name="Replica">Its id; <see cref="PaxosClientOptions.IdUnknown"/> when only the address is known.</param>
/// <param name="Address">Its client address.</param>
internal readonly record struct ReplicaPlace(int Replica, Uri Address)
{
    /// <summary>Whether it is called over https.</summary>
    public bool IsSecure => Address.Scheme == Uri.UriSchemeHttps;

    /// <summary>The places that options name.</summary>
    public static IEnumerable<ReplicaPlace> Of(IReadOnlyDictionary<int, Uri> replicas) =>
        replicas.OrderBy(replica => replica.Key).Select(replica => new ReplicaPlace(replica.Key, replica.Value));

    /// <inheritdoc/>
    public override string ToString() => $"{Names.Replica(Replica)} at {Address.GetLeftPart(UriPartial.Authority)}";
}
