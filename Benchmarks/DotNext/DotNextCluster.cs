using System.Diagnostics;
using System.Globalization;
using PaxosWcf.Benchmarks.Load;
using PaxosWcf.Processes;

namespace PaxosWcf.Benchmarks.DotNext;

/// <summary>Five members of DotNext's Raft: the leader in this process, with the runtime settings that our own replica has here, and
/// the other four as processes of their own.</summary>
internal sealed class DotNextCluster : IAsyncDisposable
{
    /// <summary>What results call it.</summary>
    public const string SystemName = "dotnext-inside";

    private static readonly TimeSpan LeadPatience = TimeSpan.FromSeconds(30);

    private readonly ClusterDirectory _directory;
    private readonly List<Process> _others = [];
    private DotNextMember? _own;

    private DotNextCluster(ClusterDirectory directory) => _directory = directory;

    /// <summary>Starts all, and waits until the one in this process leads.</summary>
    /// <exception cref="BenchmarkException">It did not come to lead.</exception>
    public static async Task<DotNextCluster> StartAsync(CancellationToken cancel)
    {
        int[] ports = [.. LoopbackServers.FreeAddresses(LoopbackServers.Replicas).Select(address => address.Port)];
        var cluster = new DotNextCluster(ClusterDirectory.Open(named: null));
        try
        {
            await cluster.StartAsync(ports, cancel);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The leader, called from inside.</summary>
    public ILoadSystem Leader() => new OneServerSystem(SystemName, new DotNextClient(_own!), [LoadKind.Put]);

    public async ValueTask DisposeAsync()
    {
        await (_own?.DisposeAsync() ?? ValueTask.CompletedTask);
        foreach (Process other in _others)
        {
            other.StandardInput.Close();
            await other.WaitForExitAsync();
            other.Dispose();
        }

        _directory.Dispose();
    }

    private async Task StartAsync(int[] ports, CancellationToken cancel)
    {
        for (int other = 1; other < ports.Length; other++)
        {
            _others.Add(Start(ports, other));
        }

        _own = await DotNextMember.StartAsync(ports, own: 0, _directory.Root, cancel);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        late.CancelAfter(LeadPatience);
        try
        {
            await _own.LeadAsync(late.Token);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new BenchmarkException($"DotNext's member in this process did not lead within {LeadPatience.TotalSeconds} s.", e);
        }
    }

    private Process Start(int[] ports, int own)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [
                typeof(DotNextCluster).Assembly.Location,
                DotNextCommand.MemberVerb,
                own.ToString(CultureInfo.InvariantCulture),
                string.Join(',', ports.Select(port => port.ToString(CultureInfo.InvariantCulture))),
                _directory.Root,
            ])
        {
            RedirectStandardInput = true,
        };
        YoungHeap.Set(start);
        return Process.Start(start)!;
    }
}
