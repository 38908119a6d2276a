namespace PaxosWcf.History;

/// <summary>Where a search stands.</summary>
/// <param name="State">What the key holds.</param>
/// <param name="Before">What it held before the indeterminate operations that were placed last; <see cref="None"/>: the last
/// one placed was certain.</param>
/// <param name="Front">Of the certain operations in the order of completion, the first without a place: whatever was invoked
/// after its completion has to wait.</param>
internal readonly record struct Position(int State, int Before, int Front)
{
    public const int None = -1;
}

/// <summary>The configuration of a search, and the way back: which operations have a place, and what the key holds.</summary>
internal sealed class SearchState
{
    private const int WordsOfPosition = 2;

    private readonly KeyProblem _problem;
    private readonly Demand _demand;
    private readonly bool[] _placed;
    private readonly int[] _used;
    private readonly int[] _bitOf;
    private readonly int[] _firstBitOf;
    private readonly ulong[] _words;

    // Certain operations as they are, indeterminate ones as the complement of their class.
    private readonly Stack<int> _trail = [];

    public SearchState(KeyProblem problem)
    {
        _problem = problem;
        _demand = new Demand(problem);
        Pending = new PendingOperations(problem.Steps.Length);
        _placed = new bool[problem.Steps.Length];
        _used = new int[problem.Optional.Length];
        (_bitOf, _firstBitOf, int certainWords, int words) = BitPlaces.Of(problem);
        _words = new ulong[WordsOfPosition + words];
        CertainWidth = WordsOfPosition + certainWords;
        At = new Position(KeyProblem.Absent, Position.None, 0);
    }

    public PendingOperations Pending { get; }

    public Demand Demand => _demand;

    public Position At { get; private set; }

    /// <summary>How far the way back goes.</summary>
    public int Depth => _trail.Count;

    /// <summary>Words of a configuration.</summary>
    public int Width => _words.Length;

    /// <summary>Words of a configuration that do not tell which indeterminate operations have a place. They come first.</summary>
    public int CertainWidth { get; }

    public bool IsComplete => At.Front == _placed.Length;

    /// <summary>Whatever was invoked by this time may come next. Equal times overlap.</summary>
    public long Horizon => _problem.Completed[_problem.ByCompletion[At.Front]];

    public int UsedOf(int optional) => _used[optional];

    public void Place(int operation)
    {
        _placed[operation] = true;
        Pending.Take(operation);
        SetBit(_bitOf[operation], true);
        Step step = _problem.Steps[operation];
        _demand.Count(step, -1);
        _trail.Push(operation);
        At = At with { State = step.After(At.State), Before = Position.None };
    }

    public void PlaceOptional(int optional)
    {
        Step step = _problem.Optional[optional].Step;
        SetBit(_firstBitOf[optional] + _used[optional]++, true);
        _demand.CountOptional(step, -1);
        _trail.Push(~optional);
        At = At with { State = step.Output, Before = At.Before == Position.None ? At.State : At.Before };
    }

    /// <summary>Moves the front over what has a place. An operation behind the front needs no bit any more.</summary>
    public void Advance()
    {
        int front = At.Front;
        while (front < _placed.Length && _placed[_problem.ByCompletion[front]])
        {
            SetBit(_bitOf[_problem.ByCompletion[front++]], false);
        }

        At = At with { Front = front };
    }

    /// <summary>Goes back to where the search stood.</summary>
    public void Return(Position to, int depth)
    {
        while (_trail.Count > depth)
        {
            Unplace(_trail.Pop());
        }

        // Two operations behind the front may share a bit: one that lost its place has cleared it, one that keeps its place sets it.
        for (int i = to.Front; i < At.Front; i++)
        {
            int operation = _problem.ByCompletion[i];
            if (_placed[operation])
            {
                SetBit(_bitOf[operation], true);
            }
        }

        At = to;
    }

    /// <summary>The whole configuration in few words: two that are equal have the same future.</summary>
    public ReadOnlySpan<ulong> Configuration()
    {
        _words[0] = (uint)At.Front | ((ulong)(uint)At.State << 32);
        _words[1] = (uint)(At.Before + 1);
        return _words;
    }

    private void Unplace(int entry)
    {
        if (entry < 0)
        {
            SetBit(_firstBitOf[~entry] + --_used[~entry], false);
            _demand.CountOptional(_problem.Optional[~entry].Step, 1);
            return;
        }

        _placed[entry] = false;
        Pending.PutBack(entry);
        SetBit(_bitOf[entry], false);
        _demand.Count(_problem.Steps[entry], 1);
    }

    private void SetBit(int bit, bool on)
    {
        ref ulong word = ref _words[WordsOfPosition + (bit / BitPlaces.WordBits)];
        ulong mask = 1UL << bit;
        word = on ? word | mask : word & ~mask;
    }
}
