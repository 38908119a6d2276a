namespace PaxosWcf.ClientApp;

/// <summary>The page cannot be served: its port is taken, or not ours to take.</summary>
internal sealed class PageUnavailableException(int port, string why) : Exception(
    $"The page cannot be served at 127.0.0.1:{port}: {why.TrimEnd('.')}. Name another port with --page PORT; 0 takes one that is free.");
