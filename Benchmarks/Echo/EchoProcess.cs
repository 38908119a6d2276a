using System.Diagnostics;
using PaxosWcf.Processes;

namespace PaxosWcf.Benchmarks.Echo;

/// <summary>The echo server as a process of its own, run with the replica host's own runtime settings. It ends when its
/// standard input does.</summary>
internal sealed class EchoProcess : IAsyncDisposable
{
    private static readonly TimeSpan ReadyPatience = TimeSpan.FromSeconds(30);

    private readonly Process _process;

    private EchoProcess(Process process, Uri store, Uri acceptor) => (_process, Store, Acceptor) = (process, store, acceptor);

    /// <summary>Where the store's contract is, as text.</summary>
    public Uri Store { get; }

    /// <summary>Where the acceptor's contract is, binary.</summary>
    public Uri Acceptor { get; }

    /// <summary>Starts it and waits until it serves.</summary>
    /// <param name="hostPath">The replica host's program, whose settings are taken; null: the one built with this.</param>
    /// <param name="cancel">Ends early.</param>
    /// <exception cref="BenchmarkException">It did not come to serve.</exception>
    public static async Task<EchoProcess> StartAsync(string? hostPath, CancellationToken cancel)
    {
        (string program, IReadOnlyList<string> before) = HostLocator.Find(hostPath, AppContext.BaseDirectory);
        string settings = Path.ChangeExtension(before.Count > 0 ? before[^1] : program, ".runtimeconfig.json");
        string own = typeof(EchoProcess).Assembly.Location;
        var start = new ProcessStartInfo(
            before.Count > 0 ? program : "dotnet", ["exec", "--runtimeconfig", settings, own, EchoCommand.ServerVerb])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        YoungHeap.Set(start);
        Process process = Process.Start(start)!;
        try
        {
            return await ReadyAsync(process, cancel);
        }
        catch
        {
            await StopAsync(process);
            throw;
        }
    }

    public ValueTask DisposeAsync() => new(StopAsync(_process));

    private static async Task<EchoProcess> ReadyAsync(Process process, CancellationToken cancel)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        late.CancelAfter(ReadyPatience);
        try
        {
            string? line = await process.StandardOutput.ReadLineAsync(late.Token);
            return line?.Split(' ') is [EchoServer.Ready, var store, var acceptor]
                ? new EchoProcess(process, new Uri(store), new Uri(acceptor))
                : throw new BenchmarkException($"The echo server did not come to serve; it said: {line ?? "nothing"}");
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new BenchmarkException($"The echo server did not serve within {ReadyPatience.TotalSeconds} s.", e);
        }
    }

    private static async Task StopAsync(Process process)
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        process.Dispose();
    }
}
