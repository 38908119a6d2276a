namespace PaxosWcf.ReplicaHost.Links;

/// <summary>Whom a call between replicas is for. The address that is called says so: <c>http://host:7003/Acceptor.svc?cluster=shop&amp;replica=3</c>.</summary>
/// <remarks>A wrong address in servers.xml, or a machine that got another replica's old address, would else have one acceptor vote for two, or in
/// two clusters. Replicas of an earlier build do not say whom they call, and are believed.</remarks>
/// <param name="Cluster">The cluster's name: letters, digits, and <c>. _ -</c>.</param>
/// <param name="Replica">The replica's id.</param>
internal sealed record Addressee(string Cluster, int Replica)
{
    /// <summary>Code of the fault that tells a caller that another is there than it called.</summary>
    public const string WrongReplicaCode = "WrongReplica";

    private readonly string _query = $"?cluster={Uri.EscapeDataString(Cluster)}&replica={Replica}";

    /// <summary>The address of one of its services.</summary>
    /// <param name="peer">Its peer address.</param>
    /// <param name="path">Where the service is below that.</param>
    public Uri At(Uri peer, string path) => new(peer, path + _query);

    /// <summary>Whether a call is for another.</summary>
    /// <param name="query">What the address that was called says, with its question mark; empty when it says nothing.</param>
    public bool IsNot(string query) => query.Length > 0 && query != _query;

    /// <inheritdoc/>
    public override string ToString() => $"R{Replica} of cluster \"{Cluster}\"";
}
