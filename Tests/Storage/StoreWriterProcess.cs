using System.Diagnostics;

namespace PaxosWcf.Tests.Storage;

/// <summary>A real second process on a store: the console program Tests.StoreWriter.</summary>
internal sealed class StoreWriterProcess : IDisposable
{
    private readonly Process _process;

    private StoreWriterProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public static StoreWriterProcess Start(string mode, string directory)
    {
        // artifacts/bin/Tests/debug/ -> artifacts/bin/Tests.StoreWriter/debug/
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        string program = Path.Combine(
            here.Parent!.Parent!.FullName, "Tests.StoreWriter", here.Name, "PaxosWcf.Tests.StoreWriter.dll");
        var start = new ProcessStartInfo("dotnet", [program, mode, directory, "0"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return new StoreWriterProcess(Process.Start(start)!);
    }

    /// <summary>The next line it prints; null at the end.</summary>
    public string? ReadLine() => _process.StandardOutput.ReadLine();

    /// <summary>Everything it prints until it ends.</summary>
    public string ReadToEnd() => _process.StandardOutput.ReadToEnd();

    /// <summary>SIGKILL: no handler runs, nothing is flushed.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }
}
