namespace PaxosWcf.Replication.Storage;

/// <summary>Keeps callers out of native memory that is gone: calls enter and leave, closing waits until all have left.</summary>
/// <remarks>One interlocked count instead of a lock: reads come from many threads and must not wait for each other,
/// nor for a write that sits in fsync.</remarks>
internal sealed class NativeGate(string owner)
{
    private const int ClosedBit = int.MinValue;

    private readonly HashSet<IDisposable> _children = [];
    private int _inside;

    /// <summary>How many adopted objects are not yet freed.</summary>
    public int Children
    {
        get
        {
            lock (_children)
            {
                return _children.Count;
            }
        }
    }

    /// <summary>Whether it is closed, or about to be.</summary>
    public bool IsClosed => Volatile.Read(ref _inside) < 0;

    /// <summary>Enters; dispose the result to leave.</summary>
    /// <exception cref="ObjectDisposedException">The gate is closed.</exception>
    public Visit Enter()
        => TryEnter() ? new Visit(this) : throw new ObjectDisposedException(owner);

    /// <summary>Closes for good and waits until nobody is inside. False if it was closed already.</summary>
    public bool Close()
    {
        if (Interlocked.Or(ref _inside, ClosedBit) < 0)
        {
            return false;
        }

        // Native calls are short, a write in fsync apart; SpinWait soon sleeps instead of spinning.
        var wait = new SpinWait();
        while (Volatile.Read(ref _inside) != ClosedBit)
        {
            wait.SpinOnce();
        }

        DisposeChildren();
        return true;
    }

    /// <summary>Takes charge of a native object that must go before its store does.</summary>
    public void Adopt(IDisposable child)
    {
        lock (_children)
        {
            _children.Add(child);
        }
    }

    /// <summary>Frees an adopted object, once; does nothing if closing has freed it.</summary>
    public void Release(IDisposable child)
    {
        if (!TryEnter())
        {
            return;
        }

        using var visit = new Visit(this);
        bool ours;
        lock (_children)
        {
            ours = _children.Remove(child);
        }

        if (ours)
        {
            child.Dispose();
        }
    }

    private bool TryEnter()
    {
        if (Interlocked.Increment(ref _inside) > 0)
        {
            return true;
        }

        Interlocked.Decrement(ref _inside);
        return false;
    }

    private void DisposeChildren()
    {
        lock (_children)
        {
            foreach (IDisposable child in _children)
            {
                child.Dispose();
            }

            _children.Clear();
        }
    }

    /// <summary>One stay inside the gate.</summary>
    internal readonly struct Visit(NativeGate gate) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref gate._inside);
    }
}
