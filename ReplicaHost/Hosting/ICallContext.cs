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

    /// <summary>Takes room for a part of the answer that was read from the store, until the call has ended.</summary>
    /// <param name="bytes">How many bytes.</param>
    /// <exception cref="System.ServiceModel.FaultException">The answers of all calls together take as much as they may (Overloaded).</exception>
    void TakeForAnswer(long bytes);
}
