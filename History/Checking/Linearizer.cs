namespace PaxosWcf.History;

/// <summary>Looks for an order of the operations on one key in which each takes effect between its invocation and its
/// completion and finds what it found: the search of Wing and Gong ("Testing and Verifying Concurrent Objects", 1993) with
/// Lowe's memory of configurations ("Testing for Linearizability", 2017).
/// <para>What keeps it short loses no order that matters: a read takes effect as soon as it can; an indeterminate operation
/// takes effect only right before one that could not go without it; nothing is overwritten that somebody must still find;
/// and a write that nobody asks about is overwritten by the next one.</para></summary>
internal sealed class Linearizer(KeyProblem problem, SearchBudget budget)
{
    private readonly SearchState _search = new(problem);
    private readonly Stack<Frame> _frames = [];
    private ConfigurationCache? _cache;
    private long _entered;

    public SearchResult Run()
    {
        _cache = new ConfigurationCache(_search.Width, _search.CertainWidth, budget.CacheWordsMax);
        if (budget.IsSpentAfter(0))
        {
            return SearchResult.Unknown;
        }

        Enter();
        while (!_search.IsComplete && _frames.Count > 0)
        {
            if (budget.IsSpentAfter(_entered))
            {
                return SearchResult.Unknown;
            }

            if (!TryGoOn(_frames.Peek()))
            {
                Leave();
            }
        }

        return _search.IsComplete ? SearchResult.Legal : SearchResult.Illegal;
    }

    // The choices at one configuration, each tried once.
    private bool TryGoOn(Frame frame)
    {
        while (!_search.Pending.IsEnd(frame.Next) && problem.Invoked[frame.Next] <= _search.Horizon)
        {
            int operation = frame.Next;
            frame.Next = _search.Pending.After(operation);
            if (MayTake(operation))
            {
                OverwriteIndifferent(operation);
                _search.Place(operation);
                Enter();
                return true;
            }
        }

        while (frame.NextOptional < problem.Optional.Length)
        {
            int optional = frame.NextOptional++;
            if (MayTakeOptional(optional))
            {
                _search.PlaceOptional(optional);
                Enter();
                return true;
            }
        }

        return false;
    }

    private bool MayTake(int operation)
    {
        Step step = problem.Steps[operation];
        Position at = _search.At;
        bool needsWhatWentBefore = at.Before == Position.None || !step.IsLegalAt(at.Before);
        return step.IsLegalAt(at.State) && needsWhatWentBefore && !_search.Demand.LosesLast(step, at.State);
    }

    private bool MayTakeOptional(int optional)
    {
        (Step step, long[] invoked) = problem.Optional[optional];
        int used = _search.UsedOf(optional);
        Position at = _search.At;

        // After another indeterminate operation only one that builds on it makes sense.
        bool buildsOn = at.Before == Position.None || step.Need == NeedKind.Value;
        return used < invoked.Length && invoked[used] <= _search.Horizon && buildsOn && step.IsLegalAt(at.State)
            && step.Output != at.State && _search.Demand.MayWant(step.Output, at.State)
            && !_search.Demand.LosesLast(step, at.State);
    }

    // Before a write takes its place, writes that nobody asks about take theirs, where that changes nothing for it.
    private void OverwriteIndifferent(int operation)
    {
        Step write = problem.Steps[operation];
        if (!write.Writes || _search.At.Before != Position.None)
        {
            return;
        }

        PendingOperations pending = _search.Pending;
        for (int i = pending.First; !pending.IsEnd(i) && problem.Invoked[i] <= _search.Horizon; i = pending.After(i))
        {
            Step other = problem.Steps[i];
            if (i != operation && other.Writes && other.IsLegalAt(_search.At.State) && write.IsLegalAt(other.Output)
                && _search.Demand.IsIndifferentTo(other))
            {
                _search.Place(i);
            }
        }
    }

    // Reads that can take effect now do: it changes nothing, and waiting cannot help them.
    private void Settle()
    {
        PendingOperations pending = _search.Pending;
        bool changed = true;
        while (changed)
        {
            changed = false;
            _search.Advance();
            for (int i = pending.First; !_search.IsComplete && !pending.IsEnd(i) && problem.Invoked[i] <= _search.Horizon;
                i = pending.After(i))
            {
                Step step = problem.Steps[i];
                if (!step.Writes && step.IsLegalAt(_search.At.State))
                {
                    _search.Place(i);
                    changed = true;
                }
            }
        }
    }

    private void Enter()
    {
        Settle();
        _entered++;
        if (_search.IsComplete || _cache!.Add(_search.Configuration()))
        {
            _frames.Push(new Frame(_search.At, _search.Depth) { Next = _search.Pending.First });
            return;
        }

        // Whatever follows from here was tried before.
        Return(_frames.Peek());
    }

    private void Leave()
    {
        _frames.Pop();
        if (_frames.Count > 0)
        {
            Return(_frames.Peek());
        }
    }

    private void Return(Frame frame) => _search.Return(frame.At, frame.Depth);

    private sealed class Frame(Position at, int depth)
    {
        public Position At => at;

        public int Depth => depth;

        /// <summary>The next operation to try.</summary>
        public int Next { get; set; }

        /// <summary>The next class of indeterminate operations to try.</summary>
        public int NextOptional { get; set; }
    }
}
