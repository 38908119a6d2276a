namespace PaxosWcf.Simulator;

/// <summary>Something that is planned to happen.</summary>
internal sealed class Happening(Action action)
{
    /// <summary>Whether it will not happen after all.</summary>
    public bool IsCancelled { get; private set; }

    /// <summary>Whether it has happened.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Takes it back; false when it is too late or was done before.</summary>
    public bool Cancel()
    {
        var cancelled = !IsCancelled && !IsOver;
        IsCancelled |= cancelled;
        return cancelled;
    }

    internal void Happen()
    {
        IsOver = true;
        action();
    }
}

/// <summary>Simulated time: what is to happen, in the order in which it will. Two things due at once happen in the
/// order in which they were planned, so that a seed always gives the same run.</summary>
internal sealed class VirtualTime
{
    /// <summary>The units that a tick takes.</summary>
    public const int Tick = 1000;

    private readonly PriorityQueue<Happening, (long Time, long Order)> _planned = new(EarlierFirst.Instance);
    private long _order;

    /// <summary>The moment of what happens now.</summary>
    public long Now { get; private set; }

    /// <summary>How many things have happened.</summary>
    public long Steps { get; private set; }

    /// <summary>Plans something.</summary>
    public Happening After(long delay, Action action)
    {
        var happening = new Happening(action);
        _planned.Enqueue(happening, (Now + delay, ++_order));
        return happening;
    }

    /// <summary>Lets the next planned thing happen; false when nothing is planned.</summary>
    public bool Step()
    {
        while (_planned.TryDequeue(out var happening, out var at))
        {
            if (!happening.IsCancelled)
            {
                Now = at.Time;
                Steps++;
                happening.Happen();
                return true;
            }
        }

        return false;
    }

    private sealed class EarlierFirst : IComparer<(long Time, long Order)>
    {
        public static readonly EarlierFirst Instance = new();

        public int Compare((long Time, long Order) x, (long Time, long Order) y) =>
            x.Time != y.Time ? x.Time.CompareTo(y.Time) : x.Order.CompareTo(y.Order);
    }
}
