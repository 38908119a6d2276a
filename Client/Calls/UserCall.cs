namespace PaxosWcf.Client;

/// <summary>One call of the library's user, while it is under way.</summary>
/// <param name="Verb">What is asked: "put".</param>
/// <param name="Subject">Of what: "apple".</param>
/// <param name="StartedAt">Time stamp of its beginning.</param>
/// <param name="IsRead">Whether it has no effect, whatever comes of it.</param>
internal sealed record UserCall(string Verb, string Subject, long StartedAt, bool IsRead = false)
{
    /// <summary>What is asked, as a log shows it: "put apple".</summary>
    public string Operation => $"{Verb} {Subject}";

    /// <summary>Whether a replica that answers nothing does as it was asked to: it waits for changes.</summary>
    public bool IsLongPoll { get; init; }

    /// <summary>How long one replica may take; null: as the options say.</summary>
    public TimeSpan? AttemptTimeout { get; set; }

    /// <summary>How many pauses were made between its attempts.</summary>
    public int Pauses { get; set; }

    /// <summary>How often it was sent.</summary>
    public int Attempts { get; private set; }

    /// <summary>Replicas that it was sent to.</summary>
    public SortedSet<int> Asked { get; } = [];

    /// <summary>Whether some attempt may have been executed: once true it stays so, whatever later attempts say.</summary>
    public bool MayHaveTakenEffect { get; private set; }

    /// <summary>Replicas that waited for a majority in vain.</summary>
    public SortedSet<int> WithoutMajority { get; } = [];

    /// <summary>Why the last attempt failed.</summary>
    public AttemptFailure? LastFailure { get; private set; }

    public void Sent(int replica)
    {
        Attempts++;
        Asked.Add(replica);
    }

    /// <summary>Counts what failed on the way to this call, such as opening a session: that is no effect of the call.</summary>
    public void PreparationFailed(UserCall before)
    {
        Attempts += before.Attempts;
        Asked.UnionWith(before.Asked);
        WithoutMajority.UnionWith(before.WithoutMajority);
        LastFailure = before.LastFailure ?? LastFailure;
    }

    public void Failed(AttemptFailure failure, int replica = PaxosClientOptions.IdUnknown)
    {
        LastFailure = failure;
        if (failure.Waited > TimeSpan.Zero)
        {
            WithoutMajority.Add(replica);
        }

        MayHaveTakenEffect |= failure.Kind == FailureKind.Unknown;
    }
}
