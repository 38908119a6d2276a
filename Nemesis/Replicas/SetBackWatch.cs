namespace PaxosWcf.Nemesis;

/// <summary>Listens for replicas that find out from the others that their disk has forgotten something. One that nobody set back has lost what it had
/// acknowledged, or is wrong about it: a finding, though all may be well again once it is readmitted.</summary>
internal sealed class SetBackWatch(Findings findings)
{
    /// <summary>What a replica logs that finds out.</summary>
    public const string Sentence = "The disk was set back";

    private volatile int _expected;
    private volatile TaskCompletionSource _heard = new();

    /// <summary>A replica's disk is set back now; until what is returned is disposed, it may find out, and must be heard to.</summary>
    public ExpectedWord Expect(int replica)
    {
        _heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _expected = replica;
        return new ExpectedWord(_heard.Task, () => _expected = 0);
    }

    /// <summary>A replica logs something.</summary>
    public void Heard(int replica, string line)
    {
        if (!line.Contains(Sentence, StringComparison.Ordinal))
        {
            return;
        }

        if (replica == _expected)
        {
            _heard.TrySetResult();
        }
        else
        {
            findings.Add($"Nobody set the disk of replica {replica} back, and it says: {line}");
        }
    }
}
