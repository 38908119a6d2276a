namespace PaxosWcf.Nemesis;

/// <summary>How the clients' calls ended.</summary>
internal sealed class CallCounts
{
    private int _answeredWrites;
    private int _answeredReads;
    private int _refused;
    private int _unknown;

    public int AnsweredWrites => _answeredWrites;

    public int AnsweredReads => _answeredReads;

    public int Answered => _answeredWrites + _answeredReads;

    public int Refused => _refused;

    public int Unknown => _unknown;

    public void OnAnswered(bool write)
    {
        _ = write ? Interlocked.Increment(ref _answeredWrites) : Interlocked.Increment(ref _answeredReads);
    }

    public void OnRefused() => Interlocked.Increment(ref _refused);

    public void OnUnknown() => Interlocked.Increment(ref _unknown);
}
