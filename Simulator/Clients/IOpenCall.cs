namespace PaxosWcf.Simulator;

/// <summary>A client's call that a replica's process has taken in and not answered.</summary>
internal interface IOpenCall
{
    /// <summary>The process is gone, and all its connections with it.</summary>
    void OnConnectionLost();
}
