namespace PaxosWcf.ReplicaHost.Links;

/// <summary>Whether a peer answers, said once each time it changes.</summary>
internal sealed class PeerHealth(int peer, Uri address, ILogger logger)
{
    private int _answers = -1;

    /// <summary>Whether it answers, as far as its last call tells.</summary>
    public bool Answers => Volatile.Read(ref _answers) == 1;

    /// <summary>The peer answered a call.</summary>
    public void OnAnswered()
    {
        if (Interlocked.Exchange(ref _answers, 1) != 1)
        {
            HostLog.PeerAnswers(logger, peer, address);
        }
    }

    /// <summary>The peer is there, but refused a call.</summary>
    public void OnRefused(string reason)
    {
        if (logger.IsEnabled(LogLevel.Debug))
        {
            HostLog.PeerRefused(logger, peer, reason);
        }
    }

    /// <summary>Somebody else is at its address.</summary>
    public void OnElsewhere(string reason)
    {
        if (Interlocked.Exchange(ref _answers, 0) != 0)
        {
            HostLog.PeerElsewhere(logger, peer, address, reason);
        }
    }

    /// <summary>A call was lost.</summary>
    public void OnLost(Exception error)
    {
        if (Interlocked.Exchange(ref _answers, 0) != 0)
        {
            HostLog.PeerSilent(logger, peer, address, error.GetBaseException().Message);
        }
    }
}
