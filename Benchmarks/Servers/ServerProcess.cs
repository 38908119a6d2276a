using System.ComponentModel;
using System.Diagnostics;
using System.Net.Sockets;

namespace PaxosWcf.Benchmarks.Servers;

/// <summary>A server of another make that we started. It ends when its guard's standard input does, so it cannot outlive us
/// even if we are killed.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan ReadyPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ReadyPause = TimeSpan.FromMilliseconds(100);

    // The shell waits for its own standard input to end, then kills what it started: these servers watch nobody. A Ctrl-C at the terminal reaches the
    // shell too, and not what runs in its background: it must not end before that.
    private const string Guard = "trap : HUP INT QUIT TERM; \"$@\" </dev/null & child=$!; cat >/dev/null; kill -9 $child; wait $child";

    private readonly Process _guard;
    private readonly string _logPath;
    private readonly Task _log;

    private ServerProcess(Process guard, string logPath)
    {
        (_guard, _logPath) = (guard, logPath);
        _log = KeepAsync();
    }

    /// <summary>Starts it.</summary>
    /// <param name="program">What is run.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="logPath">Where all that it prints is kept.</param>
    /// <exception cref="BenchmarkException">It cannot be started.</exception>
    public static ServerProcess Start(string program, IEnumerable<string> arguments, string logPath)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in new[] { "-c", Guard, "sh", program }.Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            return new ServerProcess(Process.Start(start)!, logPath);
        }
        catch (Win32Exception e)
        {
            throw new BenchmarkException($"{program} cannot be started: {e.Message}", e);
        }
    }

    /// <summary>Waits until somebody listens at an address.</summary>
    /// <exception cref="BenchmarkException">Nobody does.</exception>
    public async Task WaitUntilListeningAsync(Uri address, CancellationToken cancel)
    {
        long started = Stopwatch.GetTimestamp();
        while (!await ListensAsync(address, cancel))
        {
            if (Stopwatch.GetElapsedTime(started) > ReadyPatience)
            {
                throw new BenchmarkException($"Nobody listens at {address} after {ReadyPatience.TotalSeconds} s; see {_logPath}.");
            }

            await Task.Delay(ReadyPause, cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _guard.StandardInput.Close();
        await _guard.WaitForExitAsync();
        await _log;
        _guard.Dispose();
    }

    private static async Task<bool> ListensAsync(Uri address, CancellationToken cancel)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(address.Host, address.Port, cancel);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task KeepAsync()
    {
        await using FileStream log = File.Create(_logPath);
        await Task.WhenAll(_guard.StandardOutput.BaseStream.CopyToAsync(log), ErrorsAsync());

        async Task ErrorsAsync()
        {
            await using FileStream errors = File.Create(_logPath + ".err");
            await _guard.StandardError.BaseStream.CopyToAsync(errors);
        }
    }
}
