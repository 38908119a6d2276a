namespace PaxosWcf.ReplicaHost;

/// <summary>Who this process is.</summary>
/// <param name="Id">The replica's id in servers.xml.</param>
/// <param name="Cluster">The cluster's name.</param>
/// <param name="Incarnation">Random id of its data directory.</param>
/// <param name="ProgramVersion">Version of the program.</param>
/// <param name="ForeignDirectory">Set when its data directory is another replica's: a sentence that says whose.</param>
internal sealed record ReplicaIdentity(
    int Id, string Cluster, string Incarnation, string ProgramVersion, string? ForeignDirectory = null);
