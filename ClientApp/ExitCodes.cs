namespace PaxosWcf.ClientApp;

/// <summary>What the console tells the shell.</summary>
internal static class ExitCodes
{
    public const int Ok = 0;

    /// <summary>A key was not found, a script line failed, or replicas differ.</summary>
    public const int NotFoundOrFailed = 1;

    /// <summary>The command line, a file or a value is not as it must be.</summary>
    public const int Usage = 2;

    /// <summary>The store gave no certain answer in time, replicas could not be started, or the output cannot be written.</summary>
    public const int Unavailable = 3;

    /// <summary>Stopped by Ctrl-C or a signal.</summary>
    public const int Interrupted = 130;

    /// <summary>Stopped because nobody reads its output any more; what shells say of a program that ended so.</summary>
    public const int ReaderGone = 141;
}
