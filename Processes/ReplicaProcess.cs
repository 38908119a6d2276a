using System.ComponentModel;
using System.Diagnostics;

namespace PaxosWcf.Processes;

/// <summary>One replica process that we started. It ends when its standard input closes, so it cannot outlive us
/// even if we are killed.</summary>
internal sealed class ReplicaProcess : IAsyncDisposable
{
    // Handing leadership over takes up to 2 s, calls under way up to 5 s at each of two doors.
    public static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan LastWordsPatience = TimeSpan.FromSeconds(2);

    private readonly Process _process;
    private readonly TextWriter _log;
    private readonly Action<int, string> _heard;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _watch;
    private string _lastWords = "";
    private volatile bool _isToEnd;
    private bool _disposed;

    private ReplicaProcess(ReplicaLaunch launch, Process process, Action<int, string> heard)
    {
        (Id, _process, _heard) = (launch.Id, process, heard);
        _log = TextWriter.Synchronized(new StreamWriter(launch.LogPath, append: true) { AutoFlush = true });
        _watch = WatchAsync();
    }

    public int Id { get; }

    public int ProcessId => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Once it has exited.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>The last line that it printed.</summary>
    public string LastWords => _lastWords;

    /// <summary>Whether it has ended, and nobody had asked it to nor killed it.</summary>
    public bool EndedByItself => !_isToEnd && _process.HasExited;

    /// <summary>Ends when the replica takes calls; fails with a sentence when it exits before.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Ends when the process has ended and all that it printed was read.</summary>
    public Task Exited => _watch;

    /// <summary>Starts the process.</summary>
    /// <param name="launch">How.</param>
    /// <param name="heard">Told of each line that it prints.</param>
    /// <exception cref="ClusterException">It cannot be started.</exception>
    public static ReplicaProcess Start(ReplicaLaunch launch, Action<int, string> heard)
    {
        try
        {
            ProcessStartInfo start = launch.StartInfo();
            Directory.CreateDirectory(Path.GetDirectoryName(launch.LogPath)!);
            Process process = Process.Start(start) ?? throw new ClusterException($"Replica {launch.Id} was not started.");
            return new ReplicaProcess(launch, process, heard);
        }
        catch (Exception e) when (e is Win32Exception or IOException or UnauthorizedAccessException)
        {
            throw new ClusterException($"Replica {launch.Id} cannot be started: {e.Message}");
        }
    }

    /// <summary>SIGKILL: nothing is flushed, nobody is told.</summary>
    public async Task KillAsync()
    {
        _isToEnd |= !_process.HasExited;
        _process.Kill();
        await _watch;
    }

    /// <summary>Asks it to end, and kills it when it does not.</summary>
    public async Task StopAsync()
    {
        _isToEnd |= !_process.HasExited;
        try
        {
            _process.StandardInput.Close();
            await _watch.WaitAsync(StopPatience);
        }
        catch (TimeoutException)
        {
            await KillAsync();
        }
        catch (IOException)
        {
            // The pipe broke because the process has ended: that is all that was wanted.
            await _watch;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        await StopAsync();
        _process.Dispose();
        await _log.DisposeAsync();
    }

    private async Task WatchAsync()
    {
        Task read = Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError));
        await _process.WaitForExitAsync();

        // Bounded: a child of the process that outlives it would hold its output open for ever.
        await Task.WhenAny(read, Task.Delay(LastWordsPatience));
        string why = _lastWords.Length > 0 ? _lastWords : "it said nothing";
        _ready.TrySetException(new ClusterException($"Replica {Id} ended with exit code {_process.ExitCode}: {why}"));
        // Not everybody waits for Ready; nobody is to be told of it a second time by the runtime.
        _ = _ready.Task.Exception;
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            await _log.WriteLineAsync(line);
            _lastWords = line.Trim().Length > 0 ? line.Trim() : _lastWords;
            if (line.StartsWith($"READY replica {Id} ", StringComparison.Ordinal))
            {
                _ready.TrySetResult();
            }

            _heard(Id, line);
        }
    }
}
