namespace PaxosWcf.History;

/// <summary>What the operations without a place still want of the register, and what they can make it hold. It tells which
/// branches of the search are dead, and which choices make no difference.</summary>
internal sealed class Demand
{
    private readonly int[] _wanted;
    private readonly int[] _maybeWanted;
    private readonly int[] _producers;
    private int _mismatches;
    private int _presences;

    public Demand(KeyProblem problem)
    {
        (_wanted, _maybeWanted, _producers) = (new int[problem.Values], new int[problem.Values], new int[problem.Values]);
        foreach (Step step in problem.Steps)
        {
            Count(step, 1);
        }

        foreach (OptionalClass each in problem.Optional)
        {
            CountOptional(each.Step, each.Invoked.Length);
        }
    }

    public void Count(in Step step, int by)
    {
        switch (step.Need)
        {
            case NeedKind.Value:
                _wanted[step.Needed] += by;
                break;
            case NeedKind.NotValue:
                _mismatches += by;
                break;
            case NeedKind.Present:
                _presences += by;
                break;
        }

        _producers[step.Output] += step.Writes ? by : 0;
    }

    public void CountOptional(in Step step, int by)
    {
        _producers[step.Output] += by;
        _maybeWanted[step.Needed] += step.Need == NeedKind.Value ? by : 0;
    }

    /// <summary>Whether a step must not be taken because it ends the last time at which the key holds what somebody
    /// without a place must find there.</summary>
    public bool LosesLast(in Step step, int state)
    {
        int byItself = step.Need == NeedKind.Value && step.Needed == state ? 1 : 0;
        return step.After(state) != state && _producers[state] == 0 && _wanted[state] > byItself;
    }

    /// <summary>Whether somebody may want what an indeterminate step makes of a state.</summary>
    public bool MayWant(int output, int state)
    {
        return _wanted[output] > 0 || _maybeWanted[output] > 0 || _mismatches > 0
            || (_presences > 0 && state == KeyProblem.Absent);
    }

    /// <summary>Whether nobody can ever want what a write leaves behind, so that it may as well be overwritten at once.</summary>
    public bool IsIndifferentTo(in Step write)
    {
        bool presence = write.Output == KeyProblem.Absent || write.Need == NeedKind.Present || _presences == 0;
        return _wanted[write.Output] == 0 && _maybeWanted[write.Output] == 0 && _mismatches == 0 && presence;
    }
}
