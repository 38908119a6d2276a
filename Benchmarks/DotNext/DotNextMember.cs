using System.Globalization;
using System.Net;
using DotNext.Net.Cluster.Consensus.Raft;
using DotNext.Net.Cluster.Consensus.Raft.StateMachine;

namespace PaxosWcf.Benchmarks.DotNext;

/// <summary>One member of a cluster of DotNext's Raft over TCP, in this process. Its log is on disk before an entry counts.</summary>
internal sealed class DotNextMember : IAsyncDisposable
{
    // The one that is to lead is the most impatient; and as a leader it gives up when it has not heard a majority for that long, which on
    // a machine that five processes and their load keep busy is easily more than its default of 150 ms.
    private static readonly (int Min, int Max) LeadersElectionMs = (1000, 1500);
    private static readonly (int Min, int Max) OthersElectionMs = (5000, 6000);
    private const int TransmissionBytes = 64 * 1024;
    private const int ChunkBytes = 1 << 20;

    private readonly DotNextStore _store;
    private readonly WriteAheadLog _log;
    private readonly RaftCluster _cluster;

    private DotNextMember(DotNextStore store, WriteAheadLog log, RaftCluster cluster) => (_store, _log, _cluster) = (store, log, cluster);

    /// <summary>Starts it.</summary>
    /// <param name="ports">Where all members are.</param>
    /// <param name="own">Which of them this is; the first is to lead.</param>
    /// <param name="directory">Where all members keep their logs.</param>
    /// <param name="cancel">Ends early.</param>
    public static async Task<DotNextMember> StartAsync(IReadOnlyList<int> ports, int own, string directory, CancellationToken cancel)
    {
        string place = Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"dotnext-{own}"));
        var store = new DotNextStore(new DirectoryInfo(Path.Combine(place, "state")));
        // By default a chunk is a page, and each is a file that stays open: a minute of load has more of them than a process may open.
        var log = new WriteAheadLog(new WriteAheadLog.Options { Location = Path.Combine(place, "log"), ChunkSize = ChunkBytes }, store);
        (int min, int max) = own == 0 ? LeadersElectionMs : OthersElectionMs;
        var cluster = new RaftCluster(new RaftCluster.TcpConfiguration(new IPEndPoint(IPAddress.Loopback, ports[own]))
        {
            ConfigurationStorage = new DotNextAddresses(ports),
            LowerElectionTimeout = min,
            UpperElectionTimeout = max,
            TransmissionBlockSize = TransmissionBytes,
            ColdStart = false,
        })
        {
            AuditTrail = log,
        };
        var member = new DotNextMember(store, log, cluster);
        try
        {
            await cluster.StartAsync(cancel);
            return member;
        }
        catch
        {
            await member.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until it leads.</summary>
    public async Task LeadAsync(CancellationToken cancel) => await _cluster.WaitForLeadershipAsync(cancel);

    /// <summary>Has a command committed and applied.</summary>
    public async Task ReplicateAsync(ReadOnlyMemory<byte> command) => await _cluster.ReplicateAsync(command, context: null, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _cluster.StopAsync(CancellationToken.None);
        await _cluster.DisposeAsync();
        await _log.DisposeAsync();
        await _store.DisposeAsync();
    }
}
