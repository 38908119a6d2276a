using System.Diagnostics;
using System.Globalization;
using PaxosWcf.Benchmarks.Servers;
using PaxosWcf.Tests.Storage;

namespace PaxosWcf.Tests.Benchmarks;

/// <summary>Servers of other makes end with the run, however it ends.</summary>
[TestClass]
public sealed class ServerProcessTests(TestContext test)
{
    // It says who it is and who guards it, and then does nothing for an hour.
    private const string Server = "echo $$ $PPID > \"$0\"; exec sleep 3600";

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    public async Task Dispose_EndsTheServer()
    {
        await StartAndEndAsync(signal: null);
    }

    [TestMethod]
    [Timeout(30_000, CooperativeCancellation = true)]
    [DataRow("-INT", DisplayName = "Ctrl-C")]
    [DataRow("-HUP", DisplayName = "the terminal is closed")]
    [DataRow("-TERM", DisplayName = "the whole group is ended")]
    public async Task Guard_HearsASignalToo_TheServerEndsAllTheSame(string signal)
    {
        await StartAndEndAsync(signal);
    }

    private async Task StartAndEndAsync(string? signal)
    {
        using var directory = new TemporaryDirectory();
        string told = directory.Below("ids");
        ServerProcess server = ServerProcess.Start("/bin/sh", ["-c", Server, told], directory.Below("server.log"));
        int[] ids = await ReadAsync(told);
        using var process = Process.GetProcessById(ids[0]);
        if (signal is not null)
        {
            using Process kill = Process.Start("kill", [signal, ids[1].ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync(test.CancellationToken);
            Assert.AreEqual(0, kill.ExitCode);
        }

        await server.DisposeAsync().AsTask().WaitAsync(test.CancellationToken);
        Assert.IsTrue(process.HasExited);
    }

    private async Task<int[]> ReadAsync(string told)
    {
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            string said = File.Exists(told) ? await File.ReadAllTextAsync(told, test.CancellationToken) : "";
            if (said.EndsWith('\n'))
            {
                return [.. said.Split(' ').Select(id => int.Parse(id, CultureInfo.InvariantCulture))];
            }

            await look.WaitForNextTickAsync(test.CancellationToken);
        }
    }
}
