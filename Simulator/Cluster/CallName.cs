namespace PaxosWcf.Simulator;

/// <summary>The name of a call between replicas, which its answer repeats: which start of its process the asker is, and which call of a lane it is, or 0.</summary>
internal static class CallName
{
    private const int LifeBits = 24;

    public static long Of(long call, long life) => (call << LifeBits) | life;

    /// <summary>The call that a name was given for.</summary>
    public static long CallOf(long name) => name >> LifeBits;

    /// <summary>The start that asked.</summary>
    public static long LifeOf(long name) => name & ((1L << LifeBits) - 1);
}
