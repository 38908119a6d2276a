namespace PaxosWcf.Client;

/// <summary>A replica answered that it is of another cluster than the one that is meant: one wrong address of many stops nobody.</summary>
/// <param name="cluster">Of which it is.</param>
/// <param name="meant">Which is meant.</param>
/// <param name="isEverywhere">Whether as many answers as there are replicas said so: then it is not one address that is wrong.</param>
internal sealed class OtherClusterException(string cluster, string meant, bool isEverywhere) : Exception
{
    public string Cluster { get; } = cluster;

    public string Meant { get; } = meant;

    public bool IsEverywhere { get; } = isEverywhere;
}
