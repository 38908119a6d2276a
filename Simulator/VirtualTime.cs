namespace PaxosWcf.Simulator;

/// <summary>Simulated time: what is to happen, in the order in which it will. Two things due at once happen in the
/// order in which they were planned, so that a seed always gives the same run.</summary>
internal sealed class VirtualTime
{
    /// <summary>The units that a tick takes.</summary>
    public const int Tick = 1000;

    private readonly PriorityQueue<Action, (long Time, long Order)> _planned = new();
    private long _order;

    /// <summary>The moment of what happens now.</summary>
    public long Now { get; private set; }

    /// <summary>How many things have happened.</summary>
    public long Steps { get; private set; }

    /// <summary>Plans something.</summary>
    public void After(long delay, Action happening) => _planned.Enqueue(happening, (Now + delay, ++_order));

    /// <summary>Lets the next planned thing happen; false when nothing is planned.</summary>
    public bool Step()
    {
        if (!_planned.TryDequeue(out var happening, out var at))
        {
            return false;
        }

        Now = at.Time;
        Steps++;
        happening();
        return true;
    }
}
