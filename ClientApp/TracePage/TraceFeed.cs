namespace PaxosWcf.ClientApp;

/// <summary>What the replicas say to each other, for all pages that show it: it is read once, however many they are, and not at all while there is none.</summary>
/// <param name="connection">Reaches the replicas.</param>
/// <param name="text">Makes the JSON of a line.</param>
/// <param name="time">Passes between two questions.</param>
internal sealed class TraceFeed(StoreConnection connection, TraceText text, TimeProvider time)
{
    /// <summary>Most pages at once. A browser opens six connections to one address, each page holds one of them all the time, and what pages ask and do
    /// needs some too.</summary>
    public const int PagesMax = 4;

    private readonly Lock _lock = new();
    private readonly List<TraceListener> _listeners = [];

    /// <summary>Whether there is no room for another page.</summary>
    public bool IsFull
    {
        get
        {
            lock (_lock)
            {
                return _listeners.Count >= PagesMax;
            }
        }
    }

    /// <summary>Lets a page listen, until it disposes of what it is given; null: there is no room for it.</summary>
    public TraceListener? TryListen()
    {
        lock (_lock)
        {
            if (_listeners.Count >= PagesMax)
            {
                return null;
            }

            var listener = new TraceListener(Remove, text);
            _listeners.Add(listener);
            return listener;
        }
    }

    /// <summary>Reads for those who listen, until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        TraceReader? reader = null;
        while (true)
        {
            TraceListener[] listeners = Listeners();

            // Replicas stop keeping what they do a little after nobody asks any more.
            reader = listeners.Length == 0 ? null : reader ?? new TraceReader(connection.Control, connection.Replicas, time);
            foreach (TraceLine line in reader is null ? [] : await reader.ReadAsync(cancel))
            {
                Tell(listeners, line);
            }

            await Task.Delay(TraceReader.Pause, time, cancel);
        }
    }

    private void Tell(TraceListener[] listeners, TraceLine line)
    {
        string json = text.Show(line).Json.ToJsonString();
        foreach (TraceListener listener in listeners)
        {
            listener.Tell(json);
        }
    }

    private TraceListener[] Listeners()
    {
        lock (_lock)
        {
            return [.. _listeners];
        }
    }

    private void Remove(TraceListener listener)
    {
        lock (_lock)
        {
            _listeners.Remove(listener);
        }
    }
}
