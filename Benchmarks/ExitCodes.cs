namespace PaxosWcf.Benchmarks;

/// <summary>What the process ends with.</summary>
internal static class ExitCodes
{
    /// <summary>Everything was measured.</summary>
    public const int Done = 0;

    /// <summary>Calls failed, or a goal was missed.</summary>
    public const int Failed = 1;

    /// <summary>The command line, or servers.xml, is wrong.</summary>
    public const int Usage = 2;

    /// <summary>It could not be run to its end.</summary>
    public const int NotRun = 3;

    /// <summary>Ctrl-C.</summary>
    public const int Interrupted = 130;
}
