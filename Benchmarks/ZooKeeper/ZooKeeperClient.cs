using System.Diagnostics;
using System.Text.Json;
using PaxosWcf.Benchmarks.Servers;

namespace PaxosWcf.Benchmarks.ZooKeeper;

/// <summary>ZooKeeper's own client in a process of its own: a command a line, an answer a line (see ZooKeeperLoad.java). It
/// ends when its standard input does.</summary>
internal sealed class ZooKeeperClient : IAsyncDisposable
{
    private const string Source = "ZooKeeperLoad.java";
    private const string MainClass = "ZooKeeperLoad";

    private readonly Process _process;
    private readonly Task<string> _errors;

    private ZooKeeperClient(Process process) => (_process, _errors) = (process, process.StandardError.ReadToEndAsync());

    /// <summary>Compiles and starts it, and waits until it has a session at each server.</summary>
    public static async Task<ZooKeeperClient> StartAsync(string directory, IEnumerable<Uri> servers, CancellationToken cancel)
    {
        string classes = Directory.CreateDirectory(Path.Combine(directory, "classes")).FullName;
        await CompileAsync(classes, cancel);
        var client = new ZooKeeperClient(Start("java",
        [
            "-cp", $"{ZooKeeperCluster.Jar}:{classes}", MainClass,
            .. servers.Select(s => s.Authority),
        ]));
        try
        {
            await client.ReadAsync(cancel);
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends a command.</summary>
    /// <exception cref="BenchmarkException">It was refused, or the process has ended.</exception>
    public async Task<JsonElement> AskAsync(string command, CancellationToken cancel)
    {
        await _process.StandardInput.WriteLineAsync(command.AsMemory(), cancel);
        await _process.StandardInput.FlushAsync(cancel);
        return await ReadAsync(cancel);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        await _errors;
        _process.Dispose();
    }

    private static async Task CompileAsync(string classes, CancellationToken cancel)
    {
        using Process compiler = Start("javac",
        [
            "-cp", ZooKeeperCluster.Jar, "-d", classes, Path.Combine(AppContext.BaseDirectory, "ZooKeeper", Source),
        ]);
        string errors = await compiler.StandardError.ReadToEndAsync(cancel);
        await compiler.WaitForExitAsync(cancel);
        if (compiler.ExitCode != 0)
        {
            throw new BenchmarkException($"{Source} cannot be compiled: {errors}");
        }
    }

    private static Process Start(string program, IEnumerable<string> arguments)
    {
        return Process.Start(new ProcessStartInfo(ProgramFinder.Find(program)!, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    private async Task<JsonElement> ReadAsync(CancellationToken cancel)
    {
        string line = await _process.StandardOutput.ReadLineAsync(cancel)
            ?? throw new BenchmarkException($"ZooKeeper's client has ended: {(await _errors).Trim()}");
        JsonElement answer = JsonDocument.Parse(line).RootElement;
        return answer.TryGetProperty("error", out JsonElement error)
            ? throw new BenchmarkException($"ZooKeeper's client could not do it: {error.GetString()}")
            : answer;
    }
}
