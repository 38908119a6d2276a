namespace PaxosWcf.Nemesis;

/// <summary>Listens for replicas that find out from the others that their disk has forgotten something. One that nobody set back has lost what it had
/// acknowledged, or is wrong about it: a finding, though all may be well again once it is readmitted.</summary>
internal sealed class SetBackWatch(Findings findings)
{
    private volatile int _expected;

    /// <summary>A replica's disk is set back now; until what is returned is disposed, it may find out.</summary>
    public IDisposable Expect(int replica)
    {
        _expected = replica;
        return new Over(this);
    }

    /// <summary>A replica logs something.</summary>
    public void Heard(int replica, string line)
    {
        if (replica != _expected && line.Contains("The disk was set back", StringComparison.Ordinal))
        {
            findings.Add($"Nobody set the disk of replica {replica} back, and it says: {line}");
        }
    }

    private sealed class Over(SetBackWatch watch) : IDisposable
    {
        public void Dispose() => watch._expected = 0;
    }
}
