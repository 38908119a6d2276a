namespace PaxosWcf.ReplicaHost.Hosting;

/// <summary>What a service may know of the call that it serves, whichever SOAP stack carries it.</summary>
internal interface ICallContext
{
    /// <summary>Address and port of the caller, as <c>127.0.0.1:50123</c>; <c>-</c> outside a call.</summary>
    string Caller { get; }

    /// <summary>What follows the path in the address that was called, with its question mark; empty where nothing does, and outside a call.</summary>
    string Query { get; }

    /// <summary>Cancelled when the caller's connection is gone; never, outside a call.</summary>
    CancellationToken Disconnected { get; }
}
