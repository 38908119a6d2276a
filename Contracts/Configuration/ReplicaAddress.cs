namespace PaxosWcf.Contracts.Configuration;

/// <summary>One replica in servers.xml: who it is and where it listens.</summary>
/// <param name="Id">Its number, 1..99, unique in the file.</param>
/// <param name="Client">Where clients and operators call it: <c>http(s)://host:port/</c>.</param>
/// <param name="Peer">Where the other replicas call it: <c>http(s)://host:port/</c>.</param>
public sealed record ReplicaAddress(int Id, Uri Client, Uri Peer);
