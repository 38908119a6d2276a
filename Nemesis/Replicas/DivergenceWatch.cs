namespace PaxosWcf.Nemesis;

/// <summary>Listens for replicas that find their own state to be wrong. One whose state nobody made wrong is a finding: it would be emptied and readmitted
/// with the others, and nothing be left of it at the end.</summary>
internal sealed class DivergenceWatch(SnapshotCount snapshots, Findings findings)
{
    /// <summary>What a replica logs that finds out.</summary>
    public const string Sentence = "state differs from that of a majority";

    private readonly SnapshotCount _snapshots = snapshots;
    private readonly Lock _lock = new();
    private readonly HashSet<int> _mayBeWrong = [];
    private Dictionary<int, int>? _installedBefore;
    private TaskCompletionSource _heard = new();
    private int _spoiled;

    /// <summary>A replica's state is made wrong now; until what is returned is disposed, it may find out, and must be heard to, and so may who fetches that state.</summary>
    public ExpectedWord Spoil(int replica, IEnumerable<int> all)
    {
        lock (_lock)
        {
            _installedBefore = all.ToDictionary(id => id, _snapshots.InstalledBy);
            _spoiled = replica;
            _heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ExpectedWord(_heard.Task, Over);
        }
    }

    /// <summary>A replica logs something.</summary>
    public void Heard(int replica, string line)
    {
        if (!line.Contains(Sentence, StringComparison.Ordinal))
        {
            return;
        }

        lock (_lock)
        {
            if (_installedBefore is not null && _spoiled == replica)
            {
                _heard.TrySetResult();
                return;
            }

            if (_mayBeWrong.Contains(replica))
            {
                return;
            }

            if (_installedBefore is null || (_snapshots.InstalledBy(replica) == _installedBefore.GetValueOrDefault(replica)))
            {
                findings.Add($"Nobody made the state of replica {replica} wrong{Late()}, and it says: {line}");
            }
        }
    }

    // Where these and the spoiled one are a majority, the others are found to be wrong.
    private string Late()
    {
        int[] late = [.. (_installedBefore ?? []).Where(before => _snapshots.InstalledBy(before.Key) > before.Value).Select(before => before.Key).Order()];
        return late.Length == 0 ? "" : $" (replica {_spoiled}'s is, and {string.Join(", ", late)} fetched a state since)";
    }

    private void Over()
    {
        lock (_lock)
        {
            // Who fetched that state may find out only now.
            _mayBeWrong.UnionWith(_installedBefore!.Where(before => _snapshots.InstalledBy(before.Key) > before.Value).Select(before => before.Key));
            _installedBefore = null;
        }
    }
}
