namespace PaxosWcf.Replication.KeyValue;

/// <summary>A set of numbers as runs without gaps. Command numbers count up and are applied nearly in order, so that a
/// set of thousands is one or two runs, in memory and on disk.</summary>
internal sealed class NumberRuns
{
    private readonly List<Run> _runs = [];

    /// <summary>How many numbers there are.</summary>
    public long Count { get; private set; }

    /// <summary>The lowest number; there is one.</summary>
    public long Lowest => _runs[0].From;

    /// <summary>The runs, rising; between two of them at least one number is missing.</summary>
    public IReadOnlyList<Run> Runs => _runs;

    /// <summary>Adds a number; false when it is there already.</summary>
    public bool Add(long number)
    {
        var at = _runs.Count;
        while (at > 0 && _runs[at - 1].From > number)
        {
            at--;
        }

        if (at > 0 && _runs[at - 1].Through >= number)
        {
            return false;
        }

        Count++;
        var joinsBefore = at > 0 && _runs[at - 1].Through + 1 == number;
        var joinsAfter = at < _runs.Count && _runs[at].From == number + 1;
        if (joinsBefore)
        {
            _runs[at - 1] = _runs[at - 1] with { Through = joinsAfter ? _runs[at].Through : number };
            if (joinsAfter)
            {
                _runs.RemoveAt(at);
            }
        }
        else if (joinsAfter)
        {
            _runs[at] = _runs[at] with { From = number };
        }
        else
        {
            _runs.Insert(at, new Run(number, number));
        }

        return true;
    }

    /// <summary>Whether a number is there.</summary>
    public bool Contains(long number) => _runs.Exists(run => run.From <= number && number <= run.Through);

    /// <summary>Removes every number through this one.</summary>
    public void RemoveThrough(long number)
    {
        var whole = 0;
        while (whole < _runs.Count && _runs[whole].Through <= number)
        {
            Count -= _runs[whole].Length;
            whole++;
        }

        _runs.RemoveRange(0, whole);
        if (_runs.Count > 0 && _runs[0].From <= number)
        {
            Count -= number - _runs[0].From + 1;
            _runs[0] = _runs[0] with { From = number + 1 };
        }
    }

    /// <summary>Every number from <see cref="From"/> to <see cref="Through"/>.</summary>
    public readonly record struct Run(long From, long Through)
    {
        /// <summary>How many numbers it has.</summary>
        public long Length => Through - From + 1;
    }
}
