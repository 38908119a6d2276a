namespace PaxosWcf.Nemesis;

/// <summary>A read that a replica did not answer though all was calm.</summary>
/// <param name="Replica">Who was asked.</param>
/// <param name="Key">What for.</param>
/// <param name="Why">What the client says.</param>
internal sealed record Silence(int Replica, string Key, string Why);
