using System.Diagnostics;
using PaxosWcf.Processes;

namespace PaxosWcf.Nemesis;

/// <summary>What this machine lets the nemesis do: disks of its own, and what has to be skipped, and why.</summary>
internal sealed class Machine : IAsyncDisposable
{
    private static readonly FaultKind[] OfDisks = [FaultKind.Power, FaultKind.Blackout, FaultKind.Full];

    private readonly Dictionary<int, LoopDisk> _disks = [];
    private readonly Dictionary<FaultKind, string> _skipped = [];

    private Machine()
    {
    }

    public IReadOnlyDictionary<int, LoopDisk> Disks => _disks;

    public IReadOnlyDictionary<FaultKind, string> Skipped => _skipped;

    public static async Task<Machine> PrepareAsync(ClusterDirectory directory, IEnumerable<int> replicas)
    {
        var machine = new Machine();
        try
        {
            foreach (int id in replicas)
            {
                machine._disks[id] = await LoopDisk.MakeAsync(directory.PlaceOf(id));
            }

            // Beside "lost+found" a replica's directory would not be its alone.
            directory.DataBelow = "data";
        }
        catch (NemesisException e)
        {
            await machine.DisposeAsync();
            Array.ForEach(OfDisks, kind => machine._skipped[kind] = e.Message);
        }

        await machine.TryStraceAsync();
        return machine;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (LoopDisk disk in _disks.Values)
        {
            await disk.DisposeAsync();
        }

        _disks.Clear();
    }

    private async Task TryStraceAsync()
    {
        try
        {
            if (!OperatingSystem.IsLinux())
            {
                throw new NemesisException("only Linux has strace");
            }

            // Of a process that is not its child, as a replica is none: that may be forbidden on its own (ptrace_scope).
            using Process other = Tool.Start("sleep", "1");
            await Tool.RunAsync("strace", "-qq", "-o", "/dev/null", "-e", "inject=fsync:error=EIO", "-p", $"{other.Id}");
        }
        catch (NemesisException e)
        {
            _skipped[FaultKind.Fsync] = e.Message;
        }

        if (OperatingSystem.IsWindows())
        {
            _skipped[FaultKind.Stop] = "Windows has no SIGSTOP";
        }
    }
}
