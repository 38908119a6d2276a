namespace PaxosWcf.Simulator;

/// <summary>What the simulator tells the shell.</summary>
internal static class ExitCodes
{
    public const int Held = 0;
    public const int Broken = 1;
    public const int Usage = 2;
    public const int Interrupted = 130;
}
