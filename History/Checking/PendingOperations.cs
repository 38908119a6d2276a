namespace PaxosWcf.History;

/// <summary>Certain operations that have no place yet, in the order of invocation. Taking one out and putting the last one
/// taken back are a few assignments each (Knuth's dancing links, as in Lowe's checker).</summary>
internal sealed class PendingOperations
{
    private readonly int[] _next;
    private readonly int[] _previous;
    private readonly int _end;

    public PendingOperations(int count)
    {
        _end = count;
        _next = [.. Enumerable.Range(1, count), 0];
        _previous = [count, .. Enumerable.Range(0, count)];
    }

    public int First => _next[_end];

    public bool IsEnd(int operation) => operation == _end;

    public int After(int operation) => _next[operation];

    public void Take(int operation)
    {
        _next[_previous[operation]] = _next[operation];
        _previous[_next[operation]] = _previous[operation];
    }

    public void PutBack(int operation)
    {
        _next[_previous[operation]] = operation;
        _previous[_next[operation]] = operation;
    }
}
