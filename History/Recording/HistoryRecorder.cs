namespace PaxosWcf.History;

/// <summary>Records the calls of many clients into one history. Thread-safe; holds no more than the calls that are open.</summary>
/// <remarks>An invocation is with the operating system before its call goes out: when this process is killed, a write that
/// it sent is known, at worst without its answer, and nobody is accused of reading what no call wrote.</remarks>
public sealed class HistoryRecorder : IDisposable
{
    private readonly Lock _lock = new();
    private readonly HistoryWriter _writer;
    private readonly Func<long> _clock;
    private Exception? _broken;
    private int _processes;
    private bool _disposed;

    /// <param name="stream">Takes the lines; disposed with the recorder.</param>
    /// <param name="clock">Monotonic nanoseconds; null: the machine's.</param>
    public HistoryRecorder(Stream stream, Func<long>? clock = null)
    {
        _writer = new HistoryWriter(stream);
        _clock = clock ?? MonotonicClock.Nanoseconds;
    }

    /// <summary>Records into a new file.</summary>
    /// <exception cref="IOException">It is there already, or cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be made.</exception>
    public static HistoryRecorder Create(string path)
    {
        return new HistoryRecorder(new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read));
    }

    /// <summary>A client of its own, whose calls have process numbers of their own.</summary>
    public RecordingClient Client() => new(this);

    /// <summary>Notes that a fault begins or ends.</summary>
    public void Nemesis(string name, bool starts, int? node = null)
    {
        Record(() => new NemesisLine(name, starts, node is { } id ? $"{id}" : null, _clock()), atOnce: true);
    }

    /// <summary>Notes a remark.</summary>
    public void Note(string text) => Record(() => new NoteLine(text, _clock()), atOnce: true);

    /// <summary>Hands everything to the operating system.</summary>
    /// <exception cref="IOException">The history could not be written, now or earlier; it ends where that began.</exception>
    public void Flush()
    {
        lock (_lock)
        {
            Try(_writer.Flush);
            ThrowIfBroken();
        }
    }

    /// <summary>Hands everything to the operating system and closes the file.</summary>
    /// <exception cref="IOException">The history could not be written, now or earlier.</exception>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            Try(_writer.Flush);
            Try(_writer.Dispose);
            ThrowIfBroken();
        }
    }

    internal int NextProcess() => Interlocked.Increment(ref _processes) - 1;

    internal long Now() => _clock();

    // Under the lock the time is read last thing before the call goes out, and no later line has an earlier time.
    internal void Invoke(Func<long, CallLine> line) => Record(() => line(_clock()), atOnce: true);

    internal void Complete(CallLine line) => Record(() => line, atOnce: false);

    private void Record(Func<HistoryLine> line, bool atOnce)
    {
        lock (_lock)
        {
            if (_broken is not null || _disposed)
            {
                return;
            }

            Try(() => _writer.Write(line()));
            if (atOnce)
            {
                Try(_writer.Flush);
            }
        }
    }

    // A recorder that fails must not make calls fail that the store answers. It stops for good, because a history with a
    // hole in it accuses the innocent; whoever flushes or disposes it is told.
    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            _broken ??= e;
        }
    }

    private void ThrowIfBroken()
    {
        if (_broken is not null)
        {
            throw new IOException($"The history could not be written: {_broken.Message}", _broken);
        }
    }
}
